//! Notes when readings are taken and written, with writes that are quick and one that is slow: it ends in the middle of a
//! second, or right before the next one begins. Or all are slow, so that what is left at the end shows.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/readings/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::time::Duration;

use probe::{Finding, Ops, Verdict, What, makes_a_timer, virtual_time, words};
use tokio::time::{Instant, sleep};

probe::main!(
    "09-readings",
    [
        every_reading_is_taken_and_written,
        a_slow_write_is_not_made_up_for,
        one_at_a_time,
        other_counts,
    ]
);

/// What happened in a run.
struct Seen {
    reads: Ops,
    writes: Ops,
    written: Vec<u32>,
    /// How long the first reading was waited for.
    first: Duration,
    /// How often the thread was blocked, if the system tells.
    blocked: usize,
}

/// Takes readings, the first of which is reading 1. The two functions say how many milliseconds each takes to be taken,
/// and to be written.
fn run(
    count: usize,
    read_takes: impl Fn(u32) -> u64,
    write_takes: impl Fn(u32) -> u64,
) -> Result<Seen, Finding> {
    let (reads, writes) = (Ops::new(), Ops::new());
    let (next, written) = (Cell::new(0), RefCell::new(Vec::new()));
    let (start, first) = (Cell::new(None), Cell::new(Duration::ZERO));
    let read = || {
        let (start, first) = (start.get(), &first);
        next.set(next.get() + 1);
        let (reading, ms) = (next.get(), read_takes(next.get()));
        reads.run("read", async move {
            if let (1, Some(start)) = (reading, start) {
                first.set(Instant::now() - start);
            }
            sleep(Duration::from_millis(ms)).await;
            reading
        })
    };
    let write = |reading: u32| {
        let (ms, written) = (write_takes(reading), &written);
        writes.run("write", async move {
            sleep(Duration::from_millis(ms)).await;
            written.borrow_mut().push(reading);
        })
    };
    let ((), stats) = virtual_time(|| {
        start.set(Some(Instant::now()));
        exercise::record(count, read, write)
    })
    .done()?;
    let (written, first) = (written.take(), first.get());
    Ok(Seen { reads, writes, written, first, blocked: stats.blocked.unwrap_or(0) })
}

/// Takes readings where nothing takes any time.
async fn without_waiting() {
    exercise::record(3, || async { 1 }, |_| async {}).await;
}

/// When operations started, in milliseconds after the first of them.
fn starts(ops: &Ops) -> Vec<u128> {
    let log = ops.log();
    let starts = log.iter().filter(|event| event.what == What::Started);
    starts.map(|event| event.at.as_millis()).collect()
}

/// How far apart they started.
fn gaps(ops: &Ops) -> Vec<u128> {
    starts(ops).windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// The first twenty of many.
fn some<T: Debug>(all: &[T]) -> String {
    match all.len() {
        0..=20 => format!("{all:?}"),
        n => format!("{:?} and {} more", &all[..20], n - 20),
    }
}

fn all_of_it(count: usize, seen: &Seen) -> Verdict {
    let (reads, writes) = (seen.reads.starts(), seen.writes.starts());
    let saw = format!(
        "{} wanted, {reads} taken, {} begun",
        words::count(count, "reading"),
        words::count(writes, "write")
    );
    if count > 0 && reads == 0 {
        return Err(Finding::mistake("stream-runs-itself").saw(saw));
    }
    if reads == count && writes == 0 && count > 0 {
        return Err(Finding::mistake("lazy-future").saw(saw));
    }
    for (what, ops) in [("taken", &seen.reads), ("written", &seen.writes)] {
        if ops.peak() > 1 {
            return Err(Finding::mistake("in-order-is-one-by-one").saw(format!(
                "{} were being {what} at the same time",
                words::count(ops.peak(), "reading")
            )));
        }
        if ops.drops() > 0 {
            return Err(dropped(what, ops, &seen.written));
        }
    }
    let right: Vec<u32> = (1..=count as u32).collect();
    if seen.written == right {
        return Ok(());
    }
    if reads == count && right.starts_with(&seen.written) {
        // Did what was left to write get lost with a future? It shows where each write takes longer than a second.
        let slow = run(4, |_| 1, |_| 1_500)?;
        if slow.writes.drops() > 0 {
            return Err(dropped("written", &slow.writes, &slow.written));
        }
    }
    let title = match right.starts_with(&seen.written) {
        true => "`record` returned before every reading was written",
        false => "The readings were not written in order, each once",
    };
    Err(Finding::unnamed(title).saw(format!("{saw}; written: {}", some(&seen.written))))
}

/// A reading or a write that was begun and did not come to its end.
fn dropped(what: &str, ops: &Ops, written: &[u32]) -> Finding {
    let log = ops.log();
    let at_the_end =
        log.last().is_some_and(|event| event.what == What::Dropped) && ops.drops() == 1;
    let (id, when) = match at_the_end {
        true => ("select-keeps-progress", "when `record` returned"),
        false => ("lost-in-a-branch", "while `record` went on"),
    };
    Finding::mistake(id).saw(format!(
        "a reading was being {what}, and the future that did it was dropped {when}; written: {}",
        some(written)
    ))
}

fn every_reading_is_taken_and_written() -> Verdict {
    for (read, write) in [(1, 10), (1, 300), (1, 900), (300, 600), (600, 300)] {
        let seen = run(4, |_| read, |_| write)?;
        all_of_it(4, &seen)?;
        let (starts, gaps) = (starts(&seen.reads), gaps(&seen.reads));
        if seen.first > Duration::from_millis(20) {
            return Err(Finding::unnamed("The first reading was not taken at once").saw(
                format!(
                    "it was taken {} after `record` was called",
                    words::duration(seen.first)
                ),
            ));
        }
        if gaps.iter().all(|gap| (980..=1_020).contains(gap)) {
            continue;
        }
        let saw = format!(
            "where a reading takes {read} ms and a write {write} ms, four readings were begun at {starts:?} ms"
        );
        if seen.blocked >= 3 && gaps.iter().all(|gap| *gap < 980) {
            return Err(Finding::mistake("blocking-in-async").saw(format!(
                "{saw} by Tokio's clock, and the thread was blocked {}",
                words::times(seen.blocked)
            )));
        }
        let work = u128::from(read + write);
        if gaps.iter().all(|gap| *gap < work + 10) && makes_a_timer(without_waiting) {
            return Err(Finding::mistake("lazy-future")
                .saw(format!("{saw}: a timer was made, and not waited for")));
        }
        // The pause may have been beside one of the two.
        let added = [read, write, read + write].map(|work| 1_000 + u128::from(work));
        let is_added = |all: u128| gaps.iter().all(|gap| (all..all + 10).contains(gap));
        return Err(match added.into_iter().any(is_added) {
            true => Finding::mistake("sleep-is-a-period").saw(saw),
            false => Finding::unnamed("The readings are not a second apart").saw(saw),
        });
    }
    Ok(())
}

fn a_slow_write_is_not_made_up_for() -> Verdict {
    let slow = |at: u32, ms| move |reading| if reading == at { ms } else { 10 };
    for (count, at, ms) in [
        (7, 2, 3_500),
        (7, 2, 2_950),
        (5, 1, 1_950),
        (5, 3, 1_990),
        // A queue for a hundred readings is full at some time, too.
        (320, 2, 300_000),
        (320, 2, 300_950),
    ] {
        let seen = run(count, |_| 1, slow(at, ms))?;
        all_of_it(count, &seen)?;
        if gaps(&seen.reads).iter().any(|gap| *gap < 100) {
            let starts = starts(&seen.reads);
            let near = starts.windows(2).position(|pair| pair[1] - pair[0] < 100);
            let from = near.unwrap_or(0).saturating_sub(2);
            return Err(Finding::mistake("ticks-catch-up").saw(format!(
                "the write of reading {at} took {}, and readings were taken at {} ms",
                words::duration(Duration::from_millis(ms)),
                some(&starts[from..])
            )));
        }
    }
    Ok(())
}

fn one_at_a_time() -> Verdict {
    all_of_it(6, &run(6, |reading| if reading == 2 { 3_500 } else { 1 }, |_| 10)?)?;
    all_of_it(6, &run(6, |_| 1_500, |_| 10)?)?;
    all_of_it(6, &run(6, |_| 1, |_| 2_500)?)
}

fn other_counts() -> Verdict {
    for count in [0, 1, 2, 40] {
        all_of_it(count, &run(count, |_| 1, |_| 10)?)?;
    }
    Ok(())
}
