//! Errors and panics reach the caller at once, the rest is stopped, and all jobs run together.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/sum-the-jobs/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use probe::{End, Finding, Ops, Picture, Stats, Verdict};
use tokio::runtime::Handle;
use tokio::time::sleep;

probe::main!(
    "02-sum-the-jobs",
    [
        a_panic_becomes_an_error,
        an_error_reaches_the_caller,
        good_jobs_are_added_up,
        good_jobs_run_at_the_same_time,
        the_first_failure_is_heard_of_at_once,
        no_job_runs_on_after_a_failure,
        no_jobs_are_no_error,
    ]
);

/// What a job does after so many milliseconds.
#[derive(Clone, Copy)]
enum Then {
    Sells(u64),
    Fails,
    Panics,
}

use Then::{Fails, Panics, Sells};

const PANIC: &str = "the till is on fire";
const ERROR: &str = "no report today";

async fn job(
    millis: u64,
    then: Then,
    alive: Arc<AtomicUsize>,
) -> Result<u64, exercise::Error> {
    alive.fetch_max(Handle::current().metrics().num_alive_tasks(), Relaxed);
    sleep(Duration::from_millis(millis)).await;
    match then {
        Sells(count) => Ok(count),
        Fails => Err(ERROR.into()),
        Panics => panic!("{PANIC}"),
    }
}

struct Seen {
    sum: Result<u64, String>,
    stats: Stats,
    ops: Ops,
    /// The most tasks there were when a job began, whether they had begun or not.
    alive: usize,
    /// Jobs that still run a millisecond after the return.
    left: usize,
}

fn sum(jobs: &[(u64, Then)]) -> Result<Seen, Finding> {
    let (ops, alive) = (Ops::new(), Arc::<AtomicUsize>::default());
    let jobs: Vec<_> = jobs
        .iter()
        .map(|&(millis, then)| {
            ops.run(format!("{millis} ms"), job(millis, then, alive.clone()))
        })
        .collect();
    let run = probe::virtual_time(|| async {
        let sum = exercise::sum(jobs).await.map_err(|err| err.to_string());
        probe::settle().await;
        (sum, ops.in_flight())
    });
    if let End::Panicked(note) = &run.end
        && note.message.contains(PANIC)
    {
        return Err(Finding::mistake("panic-passed-on").saw(format!(
            "a job panicked, and so did `sum`: {}",
            first_line(&note.message)
        )));
    }
    let ((sum, left), mut stats) = run.done()?;
    stats.elapsed -= Duration::from_millis(1); // `settle`
    Ok(Seen { sum, stats, ops, alive: alive.load(Relaxed), left })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn a_panic_becomes_an_error() -> Verdict {
    let seen = sum(&[(10, Sells(1)), (20, Panics), (30, Sells(2))])?;
    let Ok(total) = seen.sum else { return Ok(()) };
    Err(Finding::mistake("swallowed-panic")
        .saw(format!("a job panicked, and `sum` returned Ok({total})")))
}

fn an_error_reaches_the_caller() -> Verdict {
    let seen = sum(&[(10, Sells(1)), (20, Fails), (30, Sells(2))])?;
    match seen.sum {
        Ok(total) => Err(Finding::unnamed("A job's error was lost").saw(format!(
            "a job returned Err(\"{ERROR}\"), and `sum` returned Ok({total})"
        ))),
        Err(text) if !text.contains(ERROR) => {
            Err(Finding::unnamed("The error is not the job's").saw(format!(
                "a job returned Err(\"{ERROR}\"), and `sum` returned Err({text:?})"
            )))
        }
        Err(_) => Ok(()),
    }
}

fn good_jobs_are_added_up() -> Verdict {
    let seen = sum(&[(30, Sells(1)), (20, Sells(2)), (10, Sells(4))])?;
    match seen.sum {
        Ok(7) => Ok(()),
        _ if seen.ops.ends() < 3 => Err(Finding::mistake("spawn-and-return")
            .saw(format!("{} of 3 jobs had ended when `sum` returned", seen.ops.ends()))),
        sum => Err(Finding::unnamed("The sum is wrong")
            .saw(format!("1 + 2 + 4 were sold, and `sum` returned {sum:?}"))),
    }
}

fn no_jobs_are_no_error() -> Verdict {
    match sum(&[])?.sum {
        Ok(0) => Ok(()),
        sum => Err(Finding::unnamed("The sum of no jobs is wrong")
            .saw(format!("there were no jobs, and `sum` returned {sum:?}"))),
    }
}

fn good_jobs_run_at_the_same_time() -> Verdict {
    let seen = sum(&[(100, Sells(1)); 20])?;
    let (millis, peak) = (seen.stats.elapsed.as_millis(), seen.ops.peak());
    let tasks = seen.ops.task_ids().len();
    let saw = format!(
        "20 jobs of 100 ms took {millis} ms in {tasks} tasks, at most {peak} at a time"
    );
    Err(match (peak, tasks) {
        (20, 20) if millis == 100 => return Ok(()),
        (20, 20) => Finding::unnamed("The sum came later than the last job").saw(saw),
        (20, _) => Finding::unnamed("The jobs do not have a task each").saw(saw),
        (1, 2..) if seen.alive > 1 => {
            Finding::unnamed("The tasks took turns").saw(saw).because(
                "all tasks were there, and each waited for something that another one held",
            )
        }
        (1, 2..) => Finding::mistake("spawn-then-await").saw(saw).picture(three_jobs()),
        (1, _) => Finding::mistake("await-in-sequence").saw(saw).picture(three_jobs()),
        _ => Finding::unnamed("The jobs did not all run at the same time").saw(saw),
    })
}

fn three_jobs() -> Picture {
    probe::picture("sum", "3 jobs of 100 ms", |recorder| {
        let recorded =
            |n| recorder.wrap(format!("job {n}"), job(100, Sells(1), Arc::default()));
        exercise::sum((1..=3).map(recorded).collect())
    })
}

/// Twenty jobs, of which one fails after 5 ms and the others need 100.
fn one_of_twenty(place: usize, then: Then) -> Result<Seen, Finding> {
    let mut jobs = [(100, Sells(1)); 20];
    jobs[place] = (5, then);
    sum(&jobs)
}

fn the_first_failure_is_heard_of_at_once() -> Verdict {
    for (what, then) in [("failed", Fails), ("panicked", Panics)] {
        for place in [0, 10, 19] {
            let seen = one_of_twenty(place, then)?;
            let millis = seen.stats.elapsed.as_millis();
            if millis != 5 {
                return Err(Finding::mistake("join-is-fail-fast").saw(format!(
                    "job {} of 20 {what} after 5 ms, and `sum` returned after {millis} ms",
                    place + 1
                )));
            }
        }
    }
    Ok(())
}

fn no_job_runs_on_after_a_failure() -> Verdict {
    for (what, then) in [("failed", Fails), ("panicked", Panics)] {
        let seen = one_of_twenty(10, then)?;
        if seen.left > 0 {
            return Err(Finding::mistake("handle-drop-cancels").saw(format!(
                "a job {what}, `sum` returned, and {} of the 19 others still ran",
                seen.left
            )));
        }
    }
    Ok(())
}
