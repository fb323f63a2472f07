//! Errors and panics reach the caller at once, the rest is stopped, and all jobs run together.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/sum-the-jobs/solution.rs"
)]
mod exercise;

use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use probe::words::count;
use probe::{End, Finding, InVain, Ops, Picture, Stats, Verdict, threads, waits_in_vain};
use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;

probe::main!(
    "02-sum-the-jobs",
    [
        a_panic_becomes_an_error,
        an_error_reaches_the_caller,
        good_jobs_are_added_up,
        good_jobs_run_at_the_same_time,
        the_first_failure_is_heard_of_at_once,
        of_two_failures_the_first_is_heard_of,
        no_job_runs_on_after_a_failure,
        no_jobs_are_no_error,
        other_jobs_are_added_up_too,
        jobs_on_several_threads_are_all_added_up,
    ]
);

/// What a job does after so many milliseconds.
#[derive(Clone, Copy)]
enum Then {
    Sells(u64),
    Fails,
    FailsAsWell,
    Panics,
}

use Then::{Fails, FailsAsWell, Panics, Sells};

const PANIC: &str = "the till is on fire";
const ERROR: &str = "no report today";
const LATER: &str = "no report either";

async fn job(
    millis: u64,
    then: Then,
    alive: Arc<AtomicUsize>,
) -> Result<u64, exercise::Error> {
    // One task more than those of the answer moves the clock.
    let tasks = Handle::current().metrics().num_alive_tasks();
    alive.fetch_max(tasks.saturating_sub(1), Relaxed);
    if millis > 0 {
        sleep(Duration::from_millis(millis)).await;
    }
    match then {
        Sells(count) => Ok(count),
        Fails => Err(ERROR.into()),
        FailsAsWell => Err(LATER.into()),
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
    let thens: Vec<Then> = jobs.iter().map(|(_, then)| *then).collect();
    let jobs: Vec<_> = jobs
        .iter()
        .map(|&(millis, then)| {
            ops.run(format!("{millis} ms"), job(millis, then, alive.clone()))
        })
        .collect();
    probe::if_it_hangs("blocking-in-async");
    let run = probe::virtual_time_with_pool(|| async {
        let sum = exercise::sum(jobs).await.map_err(|err| err.to_string());
        probe::settle().await;
        (sum, ops.in_flight())
    });
    match &run.end {
        End::Panicked(note) => {
            let said = first_line(&note.message);
            let panics = thens.iter().any(|then| matches!(then, Panics));
            let fails = thens.iter().any(|then| matches!(then, Fails | FailsAsWell));
            if note.message.contains(PANIC) {
                return Err(Finding::mistake("panic-passed-on")
                    .saw(format!("a job panicked, and so did `sum`: {said}")));
            }
            // Where no job does, `sum` does not panic.
            let said = said.to_owned();
            let Err(finding) = run.done() else { unreachable!("it panicked") };
            return Err(match finding.id() {
                Some("panicked") if fails => {
                    Finding::mistake("error-became-panic").saw(format!(
                        "a job returned Err(\"{ERROR}\"), and `sum` panicked: {said}"
                    ))
                }
                Some("panicked") if panics => Finding::mistake("panic-passed-on")
                    .saw(format!("a job panicked, and so did `sum`: {said}")),
                _ => finding,
            });
        }
        End::Stuck if ops.in_flight() == 0 && ops.starts() == thens.len() => {
            let none = Vec::<Ready<Result<u64, exercise::Error>>>::new();
            let without = probe::virtual_time(|| exercise::sum(none)).end;
            let (jobs, tasks) = (thens.len(), run.stats.alive_tasks);
            let seen = InVain { who: "`sum`", job: "job", jobs, tasks };
            return Err(waits_in_vain(seen, &without));
        }
        _ => {}
    }
    let ((sum, left), mut stats) = run.done()?;
    stats.elapsed -= Duration::from_millis(1); // `settle`
    Ok(Seen { sum, stats, ops, alive: alive.load(Relaxed), left })
}

/// Whether some jobs ran on threads of their own, where a clock that is paused moves in leaps.
fn run_elsewhere(ops: &Ops) -> bool {
    let this = thread::current().id();
    ops.log().iter().any(|event| event.thread != this)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn a_panic_becomes_an_error() -> Verdict {
    for millis in [20, 0, 40] {
        let seen = sum(&[(10, Sells(1)), (millis, Panics), (30, Sells(2))])?;
        if let Ok(total) = seen.sum {
            return Err(Finding::mistake("swallowed-panic")
                .saw(format!("a job panicked, and `sum` returned Ok({total})")));
        }
    }
    Ok(())
}

fn an_error_reaches_the_caller() -> Verdict {
    for millis in [20, 0, 40] {
        the_error_of(&[(10, Sells(1)), (millis, Fails), (30, Sells(2))])?;
    }
    the_error_of(&[(10, Fails)])
}

/// That `sum` returns the error of these jobs.
fn the_error_of(jobs: &[(u64, Then)]) -> Verdict {
    match sum(jobs)?.sum {
        Ok(total) => Err(Finding::mistake("result-not-looked-at").saw(format!(
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
        "20 jobs of 100 ms took {millis} ms in {}, at most {peak} at a time",
        count(tasks, "task")
    );
    Err(match (peak, tasks) {
        // A little longer is fine: the end of the last job may be noticed by a clock.
        (20, 20) if millis <= 110 || run_elsewhere(&seen.ops) => return Ok(()),
        (20, 20) => Finding::unnamed("The sum came later than the last job").saw(saw),
        (20, _) => Finding::unnamed("The jobs do not have a task each").saw(saw),
        (1, 2..) if seen.alive > 1 => {
            Finding::mistake("tokio-mutex-always").saw(saw).because(
                "all tasks were there, and each waited for something that another one held during its job",
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
            if millis > 15 && !(millis < 80 && run_elsewhere(&seen.ops)) {
                return Err(Finding::mistake("join-is-fail-fast").saw(format!(
                    "job {} of 20 {what} after 5 ms, and `sum` returned after {millis} ms",
                    place + 1
                )));
            }
        }
    }
    Ok(())
}

fn of_two_failures_the_first_is_heard_of() -> Verdict {
    for (later, first) in [(0, 19), (19, 0), (9, 10)] {
        let mut jobs = [(100, Sells(1)); 20];
        (jobs[later], jobs[first]) = ((40, FailsAsWell), (5, Fails));
        let seen = sum(&jobs)?;
        let returned = match seen.sum {
            Err(error) if error.contains(ERROR) => continue,
            returned => returned,
        };
        return Err(Finding::unnamed("The error is not the first").saw(format!(
            "job {} failed with “{ERROR}” after 5 ms and job {} with “{LATER}” after 40, and `sum` returned \
             {returned:?}",
            first + 1,
            later + 1
        )));
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

fn other_jobs_are_added_up_too() -> Verdict {
    let big = u64::from(u32::MAX) * 3;
    for numbers in [vec![7], vec![0, 0, 5, 0], vec![big, 1, big], vec![1; 1000]] {
        let right: u64 = numbers.iter().sum();
        let jobs: Vec<_> =
            numbers.iter().map(|&number| (number % 3, Sells(number))).collect();
        let returned = sum(&jobs)?.sum;
        if returned != Ok(right) {
            let shown = match numbers.len() {
                0..9 => format!("{numbers:?}"),
                n => format!("{n} times 1"),
            };
            return Err(Finding::unnamed("The sum is wrong").saw(format!(
                "{shown} were sold, {right} together, and `sum` returned {returned:?}"
            )));
        }
    }
    Ok(())
}

/// How many jobs end on several threads, two of them now and then at the same moment.
const CROWD: u64 = 2_000;
const WORKERS: usize = 4;

fn jobs_on_several_threads_are_all_added_up() -> Verdict {
    let runtime =
        Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    for _ in threads::brief_rounds() {
        let meeting = Arc::new(threads::Meeting::new());
        let job = |_| {
            let meeting = meeting.clone();
            async move {
                meeting.come();
                Ok(1)
            }
        };
        let sum = runtime.block_on(exercise::sum((0..CROWD).map(job).collect()));
        let sum = sum.map_err(|err| err.to_string());
        if sum != Ok(CROWD) {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{CROWD} jobs sold 1 each on {WORKERS} threads, and `sum` returned {sum:?}; on one thread it is \
                 right"
            )));
        }
    }
    runtime.shutdown_background();
    Ok(())
}
