//! Bids at known times, on a paused clock: when does the auction end, and with which bid?

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/auction/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use futures::FutureExt;
use probe::{End, Finding, Run, Verdict, poll_at_wakes, virtual_time, words};
use tokio::sync::mpsc;
use tokio::time::{Instant, advance, sleep};

probe::main!(
    "08-auction",
    [
        nobody_bids,
        the_highest_of_a_few_bids_wins,
        bidders_that_never_pause_do_not_prolong_it,
        a_bid_that_comes_late_does_not_count,
        bids_that_come_all_at_once_do_not_end_it,
        a_bid_of_0_is_a_bid,
        a_queue_that_is_never_empty_does_not_prolong_it,
        a_queue_that_is_filled_at_once_does_not_prolong_it,
    ]
);

const OPEN: Duration = Duration::from_millis(100);

/// How the auction ends when a bid comes at each of these milliseconds, and how many bids are left in the channel
/// then.
fn run(bids: Vec<(u64, u32)>) -> (Run<Option<u32>>, usize) {
    let left = Cell::new(0);
    let run = virtual_time(|| async {
        let (sender, mut receiver) = mpsc::channel(8);
        let begun = Instant::now();
        tokio::spawn(async move {
            for (at, bid) in bids {
                tokio::time::sleep_until(begun + Duration::from_millis(at)).await;
                let _ = sender.send(bid).await;
            }
            sleep(Duration::from_secs(7200)).await;
            drop(sender);
        });
        let winner = exercise::auction(&mut receiver, OPEN).await;
        left.set(receiver.len());
        winner
    });
    (run, left.get())
}

fn judge(bids: Vec<(u64, u32)>, right: Option<u32>, saw: &str) -> Verdict {
    let last = Duration::from_millis(bids.last().map_or(0, |(at, _)| *at));
    let began = std::time::Instant::now();
    let (run, left) = run(bids);
    let slept = began.elapsed() >= OPEN;
    let (took, blocked) = (run.stats.elapsed, run.stats.blocked);
    if let End::Stuck = run.end {
        let saw = format!("{saw}; an hour later, it was still open");
        return Err(match ends_with_the_next_bid() {
            true => Finding::mistake("one-source-at-a-time").saw(
                saw + ", and with a bid every 10 ms it ends with the first that is late",
            ),
            false => Finding::unnamed("The auction does not end").saw(saw),
        });
    }
    let winner = run.done()?.0;
    let saw = format!(
        "{saw}; it ended after {}, with {}",
        words::duration(took),
        words::or(winner, "no winner")
    );
    let slack = Duration::from_millis(2);
    // Not every system tells whether a thread was blocked.
    if took.is_zero() && slept && blocked != Some(0) {
        return Err(Finding::mistake("blocking-in-async").saw(
            saw + " on Tokio's clock, which stands still while a thread is blocked",
        ));
    }
    if took > OPEN + slack && took >= last + OPEN && took <= last + OPEN + slack {
        return Err(match goes_by_another_clock() {
            true => Finding::unnamed("The auction goes by another clock than its timers")
                .saw(saw)
                .because(
                    "`std::time::Instant` and Tokio's timers are two clocks. Tokio's can be paused, as it is \
                     here; `tokio::time::Instant` goes with it.",
                ),
            false => Finding::mistake("sleep-in-loop").saw(saw),
        });
    }
    if took < OPEN {
        return Err(Finding::unnamed("The auction ends before its time is over").saw(saw));
    }
    if took > OPEN + slack {
        return Err(
            Finding::unnamed("The auction does not end when its time is over").saw(saw)
        );
    }
    if winner.is_none() && right.is_some() && left == 0 {
        return Err(Finding::mistake("lost-in-a-branch").saw(saw));
    }
    if winner != right {
        let finding = Finding::unnamed("Another bid should have won");
        return Err(match left {
            0 => finding.saw(saw),
            left => finding.saw(format!("{saw}; bids left in the channel: {left}")).because(
                "the channel has room for 8 bids. Whoever bids while it is full waits until one is taken out.",
            ),
        });
    }
    Ok(())
}

/// Whether it needs a bid to see that the time is over.
fn ends_with_the_next_bid() -> bool {
    let (run, _) = run((0..100).map(|n| (5 + 10 * n, 1)).collect());
    let late = OPEN + Duration::from_millis(11);
    matches!(run.end, End::Done(_)) && (OPEN..late).contains(&run.stats.elapsed)
}

/// Whether it is over when a real clock says so, and Tokio's does not.
fn goes_by_another_clock() -> bool {
    let run = virtual_time(|| async {
        let (sender, mut receiver) = mpsc::channel(8);
        tokio::spawn(async move {
            for bid in 0..20 {
                sleep(Duration::from_millis(1)).await;
                if sender.send(bid).await.is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(6));
            }
            sender.closed().await;
        });
        exercise::auction(&mut receiver, OPEN).await
    });
    // The 20 bids are over after 20 ms of Tokio's time, and more than 100 ms of real time.
    matches!(run.end, End::Done(_)) && run.stats.elapsed < OPEN
}

fn nobody_bids() -> Verdict {
    judge(Vec::new(), None, "open for 100 ms, and nobody bid")
}

fn the_highest_of_a_few_bids_wins() -> Verdict {
    judge(
        vec![(10, 5), (20, 9), (30, 7)],
        Some(9),
        "open for 100 ms, with bids of 5, 9 and 7 in the first 30",
    )
}

fn bidders_that_never_pause_do_not_prolong_it() -> Verdict {
    let bids = (0..100).map(|n| (5 + 10 * n, n as u32 + 1)).collect();
    judge(bids, Some(10), "open for 100 ms, with a higher bid every 10 ms for a second")
}

fn a_bid_that_comes_late_does_not_count() -> Verdict {
    judge(
        vec![(99, 5), (150, 9)],
        Some(5),
        "open for 100 ms, with 5 after 99 and 9 after 150",
    )
}

fn a_bid_of_0_is_a_bid() -> Verdict {
    match run(vec![(10, 0)]).0.end {
        End::Done(Some(0)) => Ok(()),
        End::Done(None) => Err(Finding::mistake("empty-is-nothing")
            .saw("open for 100 ms, with a single bid, of 0; the answer was None")),
        end => Err(Finding::unnamed("A bid of 0 was not taken for a bid")
            .saw(format!("open for 100 ms, with a single bid, of 0; the end: {end:?}"))),
    }
}

/// Whoever takes a bid finds another one in its place, even in the same moment.
fn a_queue_that_is_filled_at_once_does_not_prolong_it() -> Verdict {
    const IN_TIME: usize = 1_000;
    const LATE: usize = 50_000;
    for _ in 0..8 {
        let late = Arc::new(AtomicUsize::new(0));
        let run = virtual_time(|| async {
            let (sender, mut receiver) = mpsc::channel(64);
            let count = late.clone();
            poll_at_wakes(async move {
                for _ in 0..IN_TIME {
                    let _ = sender.send(1).await;
                }
                // The clock moves in the first poll, and nobody is to be waited for.
                let _ = advance(2 * OPEN).now_or_never();
                while sender.send(1).await.is_ok() && count.fetch_add(1, SeqCst) < LATE {}
                // It stays alive until the auction is over.
                sender.closed().await;
            });
            exercise::auction(&mut receiver, OPEN).await
        });
        run.done()?;
        let late = late.load(SeqCst);
        if late >= LATE / 2 {
            return Err(Finding::mistake("biased-starves").saw(format!(
                "a new bid was there whenever one was taken; the time was over, and {late} more were taken \
                 before the auction ended"
            )));
        }
    }
    Ok(())
}

/// The next bid is always there before the last one is taken, so `recv` never has to wait.
fn a_queue_that_is_never_empty_does_not_prolong_it() -> Verdict {
    const IN_TIME: usize = 1_000;
    const LATE: usize = 60_000;
    let run = virtual_time(|| async {
        let (sender, mut receiver) = mpsc::channel(1024);
        while sender.try_send(1).is_ok() {}
        let bidders = tokio::spawn(async move {
            for _ in 0..IN_TIME {
                let _ = sender.send(1).await;
            }
            advance(2 * OPEN).await;
            for sent in 0..LATE {
                if sender.send(1).await.is_err() {
                    return sent;
                }
            }
            sender.closed().await; // it stays alive until the auction is over
            LATE
        });
        let _ = exercise::auction(&mut receiver, OPEN).await;
        drop(receiver);
        bidders.await.unwrap_or_default()
    });
    let (late, _) = run.done()?;
    if late < LATE / 2 {
        return Ok(());
    }
    Err(Finding::mistake("biased-starves").saw(format!(
        "bids came without a pause; the time was over, and {late} more were taken before the auction ended"
    )))
}

fn bids_that_come_all_at_once_do_not_end_it() -> Verdict {
    let bids = (1..=500).map(|bid| (50, bid)).collect();
    judge(bids, Some(500), "open for 100 ms, with 500 bids at once after 50")
}
