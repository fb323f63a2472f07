//! Bids at known times, on a paused clock: when does the auction end, and with which bid?

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/auction/solution.rs"
)]
mod exercise;

use std::time::Duration;

use probe::{End, Finding, Verdict, virtual_time};
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
    ]
);

const OPEN: Duration = Duration::from_millis(100);

/// How the auction ends when a bid comes at each of these milliseconds: the winner, and when that was.
fn run(bids: Vec<(u64, u32)>) -> (End<Option<u32>>, Duration) {
    let run = virtual_time(|| async move {
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
        exercise::auction(&mut receiver, OPEN).await
    });
    (run.end, run.stats.elapsed)
}

fn judge(bids: Vec<(u64, u32)>, right: Option<u32>, saw: &str) -> Verdict {
    let last = Duration::from_millis(bids.last().map_or(0, |(at, _)| *at));
    let (end, took) = run(bids);
    let winner = match end {
        End::Done(winner) => winner,
        End::Stuck => {
            return Err(Finding::unnamed("The auction does not end")
                .saw(format!("{saw}; an hour later, it was still open")));
        }
        other => {
            let stats = probe::Stats { elapsed: took, ..Default::default() };
            return probe::Run { end: other, stats }.done().map(drop);
        }
    };
    let saw = format!("{saw}; it ended after {took:?}, with {winner:?}");
    let slack = Duration::from_millis(2);
    if took > OPEN + slack && took >= last + OPEN && took <= last + OPEN + slack {
        return Err(Finding::mistake("sleep-in-loop").saw(saw));
    }
    if took < OPEN || took > OPEN + slack {
        return Err(
            Finding::unnamed("The auction does not end when its time is over").saw(saw)
        );
    }
    if winner.is_none() && right.is_some() {
        return Err(Finding::mistake("lost-in-a-branch").saw(saw));
    }
    if winner != right {
        return Err(Finding::unnamed("Another bid should have won").saw(saw));
    }
    Ok(())
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
    match run(vec![(10, 0)]).0 {
        End::Done(Some(0)) => Ok(()),
        end => Err(Finding::unnamed("A bid of 0 was not taken for a bid")
            .saw(format!("open for 100 ms, with a single bid, of 0; the end: {end:?}"))),
    }
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
