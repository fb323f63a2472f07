//! The total of ten visits is right, and the ten visits run at the same time.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/count-the-tasks/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use probe::{Finding, Ops, Picture, Stats, Verdict, What};
use tokio::runtime::Handle;
use tokio::time::sleep;

probe::main!(
    "02-count-the-tasks",
    [
        visits_that_end_at_different_times_are_all_counted,
        ten_visits_are_all_counted,
        ten_visits_run_at_the_same_time,
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
        _ if Some(total) == sent_by_the_last(&ops) => {
            Err(Finding::unnamed("The visits overwrote each other's count")
                .saw(format!(
                    "{VISITS} visits ended and sent {right} commands together, and the total is \
                     {total}, which is what the visit that ended last had sent"
                ))
                .because(
                    "each number was stored in place of those before it, and not added to them. That \
                     happens, too, where a task reads the count, waits, and then stores what it read \
                     plus its own. Read and add in one step, after the `.await`.",
                ))
        }
        _ => Err(Finding::unnamed("The total is wrong").saw(format!(
            "{VISITS} visits ended and sent {right} commands together, and the total is {total}"
        ))),
    }
}

/// How many commands the visit sent that ended last: its number.
fn sent_by_the_last(ops: &Ops) -> Option<u64> {
    let log = ops.log();
    let last = log.iter().rev().find(|event| event.what == What::Ended)?;
    last.label.strip_prefix("visit ")?.parse().ok()
}

fn ten_visits_are_all_counted() -> Verdict {
    all_counted([100; VISITS as usize])
}

fn visits_that_end_at_different_times_are_all_counted() -> Verdict {
    // A minute for the longest of them: nobody sleeps that long and hopes.
    all_counted((1..=VISITS).rev().map(|n| 6_000 * n))
}

fn ten_visits_run_at_the_same_time() -> Verdict {
    let Seen { ops, stats, alive, .. } = visits([100; VISITS as usize])?;
    let (millis, peak, tasks) =
        (stats.elapsed.as_millis(), ops.peak(), ops.task_ids().len());
    let saw = format!(
        "{VISITS} visits of 100 ms took {millis} ms in {tasks} tasks, at most {peak} at a time"
    );
    Err(match (peak, tasks) {
        // A little longer is fine: the end of the last visit may be noticed by a clock.
        (10, _) if millis <= 110 => return Ok(()),
        (10, _) => Finding::unnamed("The total came later than the last visit").saw(saw),
        (1, 2..) if alive > 1 => Finding::unnamed("The tasks took turns").saw(saw).because(
            "all tasks were there, and each waited for something that another one held",
        ),
        (1, 2..) => Finding::mistake("spawn-then-await").saw(saw).picture(three_visits()),
        (1, _) => Finding::mistake("await-in-sequence").saw(saw).picture(three_visits()),
        _ => Finding::unnamed("The visits did not all run at the same time").saw(saw),
    })
}

fn three_visits() -> Picture {
    probe::picture("total", "3 visits of 100 ms", |recorder| {
        let visit = |n| async move {
            sleep(Duration::from_millis(100)).await;
            n
        };
        let recorded = |n| recorder.wrap(format!("visit {n}"), visit(n));
        exercise::total((1..=3).map(recorded).collect())
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
