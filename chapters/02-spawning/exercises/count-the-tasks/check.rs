//! The total of ten visits is right, and the ten visits take no longer than one.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/count-the-tasks/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use probe::{Finding, Ops, Stats, Verdict};
use tokio::runtime::Handle;
use tokio::time::sleep;

probe::main!(
    "02-count-the-tasks",
    [
        ten_visits_are_all_counted,
        visits_that_end_at_different_times_are_all_counted,
        ten_visits_take_no_longer_than_one,
        no_visits_are_no_commands,
    ]
);

const VISITS: u64 = 10;

struct Seen {
    total: u64,
    ops: Ops,
    stats: Stats,
    /// The most tasks there were when a visit began, whether they had begun or not.
    alive: usize,
}

/// Runs visits that need so many milliseconds each; visit `n` sends `n` commands.
fn visits(times: impl IntoIterator<Item = u64>) -> Result<Seen, Finding> {
    let (ops, alive) = (Ops::new(), Arc::new(AtomicUsize::new(0)));
    let visits = times.into_iter().zip(1..).map(|(millis, commands)| {
        let alive = alive.clone();
        ops.run(format!("visit {commands}"), async move {
            alive.fetch_max(Handle::current().metrics().num_alive_tasks(), Relaxed);
            sleep(Duration::from_millis(millis)).await;
            commands
        })
    });
    let visits: Vec<_> = visits.collect();
    let (total, stats) = probe::virtual_time(|| exercise::total(visits)).done()?;
    Ok(Seen { total, ops, stats, alive: alive.load(Relaxed) })
}

fn all_counted(times: impl IntoIterator<Item = u64>) -> Verdict {
    let Seen { total, ops, .. } = visits(times)?;
    let right = VISITS * (VISITS + 1) / 2;
    let ended = ops.ends();
    match total {
        _ if total == right => Ok(()),
        _ if ended < VISITS as usize => Err(Finding::mistake("spawn-and-return").saw(
            format!("{ended} of {VISITS} visits had ended when `total` returned {total}"),
        )),
        0 => Err(Finding::mistake("copied-counter").saw(format!(
            "{VISITS} visits ended and sent {right} commands together, and the total is 0"
        ))),
        _ => Err(Finding::unnamed("The total is wrong").saw(format!(
            "{VISITS} visits ended and sent {right} commands together, and the total is {total}"
        ))),
    }
}

fn ten_visits_are_all_counted() -> Verdict {
    all_counted([100; VISITS as usize])
}

fn visits_that_end_at_different_times_are_all_counted() -> Verdict {
    all_counted((1..=VISITS).rev().map(|n| 10 * n))
}

fn ten_visits_take_no_longer_than_one() -> Verdict {
    let Seen { ops, stats, alive, .. } = visits([100; VISITS as usize])?;
    let (millis, peak, tasks) =
        (stats.elapsed.as_millis(), ops.peak(), ops.task_ids().len());
    if millis == 100 {
        return Ok(());
    }
    let saw = format!(
        "{VISITS} visits of 100 ms took {millis} ms in {tasks} tasks, at most {peak} at a time"
    );
    Err(match (peak, tasks) {
        (1, 2..) if alive > 1 => Finding::unnamed("The tasks took turns").saw(saw).because(
            "all tasks were there, and each waited for something that another one held",
        ),
        (1, 2..) => Finding::mistake("spawn-then-await").saw(saw),
        (1, _) => Finding::mistake("await-in-sequence").saw(saw),
        _ => Finding::unnamed("The visits took longer than the longest of them").saw(saw),
    })
}

fn no_visits_are_no_commands() -> Verdict {
    let total = visits([])?.total;
    if total != 0 {
        return Err(Finding::unnamed("The total is wrong")
            .saw(format!("there were no visits, and the total is {total}")));
    }
    Ok(())
}
