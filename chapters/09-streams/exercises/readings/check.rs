//! Notes when readings are taken and written, with writes that are quick and one that is slow: it ends in the middle of a
//! second, or right before the next one begins.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/readings/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use probe::{Finding, Ops, Verdict, What, virtual_time};
use tokio::time::{Instant, sleep};

probe::main!(
    "09-readings",
    [every_reading_is_taken_and_written, a_slow_write_is_not_made_up_for, other_counts]
);

/// What happened in a run.
struct Seen {
    reads: Ops,
    writes: Ops,
    written: Vec<u32>,
    /// How long the first reading was waited for.
    first: Duration,
}

/// Takes readings. A write takes 10 ms; `slow` names one by its reading, and says how long that one takes.
fn run(count: usize, slow: Option<(u32, u64)>) -> Result<Seen, Finding> {
    let (reads, writes) = (Ops::new(), Ops::new());
    let (next, written) = (Cell::new(0), RefCell::new(Vec::new()));
    let (start, first) = (Cell::new(None), Cell::new(Duration::ZERO));
    let read = || {
        let (start, first) = (start.get(), &first);
        next.set(next.get() + 1);
        let reading = next.get();
        reads.run("read", async move {
            if let (1, Some(start)) = (reading, start) {
                first.set(Instant::now() - start);
            }
            sleep(Duration::from_millis(1)).await;
            reading
        })
    };
    let write = |reading: u32| {
        let ms = match slow {
            Some((at, ms)) if at == reading => ms,
            _ => 10,
        };
        let written = &written;
        writes.run("write", async move {
            sleep(Duration::from_millis(ms)).await;
            written.borrow_mut().push(reading);
        })
    };
    virtual_time(|| {
        start.set(Some(Instant::now()));
        exercise::record(count, read, write)
    })
    .done()?;
    let (written, first) = (written.take(), first.get());
    Ok(Seen { reads, writes, written, first })
}

/// When operations started, in milliseconds after the first of them.
fn starts(ops: &Ops) -> Vec<u128> {
    let log = ops.log();
    let starts = log.iter().filter(|event| event.what == What::Started);
    starts.map(|event| event.at.as_millis()).collect()
}

fn all_of_it(count: usize, seen: &Seen) -> Verdict {
    let (reads, writes) = (seen.reads.starts(), seen.writes.starts());
    let saw = format!("{count} readings wanted, {reads} taken, {writes} writes begun");
    if count > 0 && reads == 0 {
        return Err(Finding::mistake("stream-runs-itself").saw(saw));
    }
    if reads == count && writes == 0 && count > 0 {
        return Err(Finding::mistake("lazy-future").saw(saw));
    }
    let right: Vec<u32> = (1..=count as u32).collect();
    if seen.written != right {
        return Err(Finding::unnamed("Not every reading was written, in order").saw(
            format!("{saw}; written before `record` returned: {:?}", seen.written),
        ));
    }
    if seen.reads.peak() > 1 || seen.writes.peak() > 1 {
        return Err(Finding::unnamed("More than one at a time").saw(format!(
            "{} readings were taken at the same time, and {} written",
            seen.reads.peak(),
            seen.writes.peak()
        )));
    }
    Ok(())
}

fn every_reading_is_taken_and_written() -> Verdict {
    let seen = run(5, None)?;
    all_of_it(5, &seen)?;
    let starts = starts(&seen.reads);
    if seen.first > Duration::from_millis(20) {
        return Err(Finding::unnamed("The first reading was not taken at once")
            .saw(format!("it was taken {:?} after `record` was called", seen.first)));
    }
    let gaps: Vec<u128> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if gaps.iter().any(|gap| !(990..=1_020).contains(gap)) {
        return Err(Finding::unnamed("The readings are not a second apart").saw(
            format!("with quick writes, five readings were taken at {starts:?} ms"),
        ));
    }
    Ok(())
}

fn a_slow_write_is_not_made_up_for() -> Verdict {
    for ms in [3_500, 2_950] {
        let seen = run(7, Some((2, ms)))?;
        all_of_it(7, &seen)?;
        let starts = starts(&seen.reads);
        let closest = starts.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(0);
        if closest < 100 {
            return Err(Finding::mistake("ticks-catch-up").saw(format!(
                "the second write took {ms} ms, and readings were taken at {starts:?} ms"
            )));
        }
    }
    Ok(())
}

fn other_counts() -> Verdict {
    for count in [0, 1, 40] {
        all_of_it(count, &run(count, None)?)?;
    }
    Ok(())
}
