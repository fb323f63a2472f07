//! The batch waits for what ends in time, stops the rest, and leaves nothing behind.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/end-the-batch/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use probe::{End, Finding, Ops, Stats, Verdict};
use tokio::runtime::Handle;
use tokio::time::sleep;

probe::main!(
    "02-end-the-batch",
    [
        a_batch_that_ends_in_time_is_awaited,
        jobs_run_at_the_same_time,
        jobs_that_are_late_are_stopped,
        nothing_is_left_when_run_returns,
        a_batch_that_has_ended_does_not_wait_for_the_deadline,
        a_panic_costs_the_others_nothing,
    ]
);

const PANIC: &str = "this job panics";
const DEADLINE: Duration = Duration::from_millis(1000);

struct Seen {
    done: usize,
    stats: Stats,
    ops: Ops,
    /// The most tasks there were when a job began, whether they had begun or not.
    alive: usize,
    /// Jobs that run when `run` returns, and a millisecond later.
    at_return: usize,
    later: usize,
    /// Jobs that were dropped in the middle before `run` returned.
    dropped: usize,
}

/// Runs jobs that need so many milliseconds each; one that needs none panics.
fn run(jobs: &[u64]) -> Result<Seen, Finding> {
    let (ops, alive) = (Ops::new(), Arc::<AtomicUsize>::default());
    let jobs: Vec<_> = jobs
        .iter()
        .map(|&millis| {
            let alive = alive.clone();
            ops.run(format!("{millis} ms"), async move {
                alive.fetch_max(Handle::current().metrics().num_alive_tasks(), Relaxed);
                sleep(Duration::from_millis(millis)).await;
                assert!(millis > 0, "{PANIC}");
            })
        })
        .collect();
    let run = probe::virtual_time(|| async {
        let done = exercise::run(jobs, DEADLINE).await;
        let (at_return, dropped) = (ops.in_flight(), ops.drops());
        probe::settle().await;
        (done, at_return, ops.in_flight(), dropped)
    });
    if let End::Panicked(note) = &run.end
        && note.message.contains(PANIC)
    {
        return Err(Finding::mistake("panic-passed-on").saw(
            "a job panicked, and so did `run`, which lost the count of the others",
        ));
    }
    let ((done, at_return, later, dropped), mut stats) = run.done()?;
    stats.elapsed -= Duration::from_millis(1); // `settle`
    Ok(Seen { done, stats, ops, alive: alive.load(Relaxed), at_return, later, dropped })
}

fn counted(seen: &Seen, right: usize, what: &str) -> Verdict {
    if seen.done == right {
        return Ok(());
    }
    let saw = format!("{what}, and `run` returned {}", seen.done);
    Err(Finding::unnamed("The count is wrong").saw(saw))
}

fn a_batch_that_ends_in_time_is_awaited() -> Verdict {
    let seen = run(&[10, 30, 20])?;
    let ended = seen.ops.ends();
    // `later`, since a job that had not even started counts as well.
    if ended < 3 && seen.stats.elapsed < DEADLINE {
        let saw = format!(
            "3 jobs needed 30 ms, and {ended} had ended when `run` returned, after {} ms",
            seen.stats.elapsed.as_millis()
        );
        return Err(match seen.dropped {
            0 => Finding::mistake("spawn-and-return").saw(saw),
            n => Finding::unnamed("Jobs were stopped long before the deadline")
                .saw(format!("{saw}; {n} had been stopped")),
        });
    }
    counted(&seen, 3, "3 jobs ended long before the deadline")
}

fn jobs_run_at_the_same_time() -> Verdict {
    let seen = run(&[100; 5])?;
    let (millis, peak) = (seen.stats.elapsed.as_millis(), seen.ops.peak());
    let tasks = seen.ops.task_ids().len();
    let saw = format!(
        "5 jobs of 100 ms took {millis} ms in {tasks} tasks, at most {peak} at a time"
    );
    match (peak, tasks) {
        (5, 5) => Ok(()),
        (5, _) => Err(Finding::unnamed("The jobs do not have a task each").saw(saw)),
        (1, 2..) if seen.alive > 1 => {
            Err(Finding::unnamed("The tasks took turns").saw(saw).because(
                "all tasks were there, and each waited for something that another one held",
            ))
        }
        (1, 2..) => Err(Finding::mistake("spawn-then-await").saw(saw)),
        (1, _) => Err(Finding::mistake("await-in-sequence").saw(saw)),
        _ => Err(Finding::unnamed("The jobs did not all run at the same time").saw(saw)),
    }
}

fn jobs_that_are_late_are_stopped() -> Verdict {
    let seen = run(&[10, 5000, 20, 5000])?;
    let (millis, late) = (seen.stats.elapsed.as_millis(), seen.later);
    if seen.ops.ends() > 2 {
        return Err(Finding::unnamed("The batch did not end at the deadline").saw(
            format!(
                "the deadline was after 1000 ms, and `run` returned after {millis} ms"
            ),
        ));
    }
    if late > 0 {
        return Err(Finding::mistake("handle-drop-cancels").saw(format!(
            "`run` returned after {millis} ms, and {late} of 2 late jobs still ran"
        )));
    }
    if millis != 1000 {
        return Err(Finding::unnamed("The batch did not end at the deadline").saw(
            format!(
                "the deadline was after 1000 ms, and `run` returned after {millis} ms"
            ),
        ));
    }
    counted(&seen, 2, "2 of 4 jobs ended before the deadline")
}

fn nothing_is_left_when_run_returns() -> Verdict {
    // More late jobs than the runtime turns to between two polls of `run`, so that whoever
    // yields once and hopes is found out.
    let mut jobs = vec![5000; 500];
    jobs.extend([10, 20]);
    let seen = run(&jobs)?;
    if seen.at_return > 0 {
        return Err(Finding::mistake("handle-drop-cancels").saw(format!(
            "{} aborted jobs were still there when `run` returned, and were dropped later",
            seen.at_return
        )));
    }
    Ok(())
}

fn a_batch_that_has_ended_does_not_wait_for_the_deadline() -> Verdict {
    let late = |saw: String| {
        Err(Finding::unnamed("The batch waited for the clock, not for its jobs")
            .saw(saw)
            .because("a sleep does not know what it waits for; a handle does"))
    };
    let millis = run(&[10, 30, 20])?.stats.elapsed.as_millis();
    if millis != 30 {
        return late(format!(
            "the last of 3 jobs ended after 30 ms, and `run` returned after {millis} ms"
        ));
    }
    let seen = run(&[])?;
    let millis = seen.stats.elapsed.as_millis();
    if millis > 0 {
        return late(format!("there were no jobs, and `run` returned after {millis} ms"));
    }
    counted(&seen, 0, "there were no jobs")
}

fn a_panic_costs_the_others_nothing() -> Verdict {
    let seen = run(&[30, 0, 20])?;
    if seen.ops.ends() < 2 {
        return Err(Finding::unnamed("A panic cost other jobs their end").saw(format!(
            "1 of 3 jobs panicked, and {} of the 2 others ended",
            seen.ops.ends()
        )));
    }
    counted(&seen, 2, "1 of 3 jobs panicked, 2 ended before the deadline")
}
