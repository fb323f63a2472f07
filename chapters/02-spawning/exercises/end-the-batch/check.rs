//! The batch waits for what ends in time, stops the rest, and leaves nothing behind.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/end-the-batch/solution.rs"
)]
mod exercise;

use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use probe::words::count;
use probe::{End, Finding, InVain, Ops, Stats, Verdict, threads, waits_in_vain};
use tokio::runtime::{Builder, Handle};
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
        other_batches_are_counted_too,
        jobs_on_several_threads_are_all_counted,
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
    let (all, one_panics) = (jobs.len(), jobs.contains(&0));
    let jobs: Vec<_> = jobs
        .iter()
        .map(|&millis| {
            let alive = alive.clone();
            ops.run(format!("{millis} ms"), async move {
                // One task more than those of the answer moves the clock.
                let tasks = Handle::current().metrics().num_alive_tasks();
                alive.fetch_max(tasks.saturating_sub(1), Relaxed);
                sleep(Duration::from_millis(millis)).await;
                assert!(millis > 0, "{PANIC}");
            })
        })
        .collect();
    probe::if_it_hangs("blocking-in-async");
    let run = probe::virtual_time_with_pool(|| async {
        let done = exercise::run(jobs, DEADLINE).await;
        let (at_return, dropped) = (ops.in_flight(), ops.drops());
        probe::settle().await;
        (done, at_return, ops.in_flight(), dropped)
    });
    if let End::Stuck = run.end
        && ops.in_flight() == 0
        && ops.starts() == all
    {
        let without =
            probe::virtual_time(|| exercise::run(Vec::<Ready<()>>::new(), DEADLINE));
        let tasks = run.stats.alive_tasks;
        let seen = InVain { who: "`run`", job: "job", jobs: all, tasks };
        return Err(waits_in_vain(seen, &without.end));
    }
    let panicked = match &run.end {
        End::Panicked(note) => note.message.contains(PANIC) || one_panics,
        _ => false,
    };
    let ((done, at_return, later, dropped), mut stats) =
        run.done().map_err(|finding| match finding.id() {
            Some("panicked") if panicked => Finding::mistake("panic-passed-on").saw(
                "a job panicked, and so did `run`, which lost the count of the others",
            ),
            _ => finding,
        })?;
    stats.elapsed -= Duration::from_millis(1); // `settle`
    Ok(Seen { done, stats, ops, alive: alive.load(Relaxed), at_return, later, dropped })
}

/// Whether some jobs ran on threads of their own, where a clock that is paused moves in leaps.
fn run_elsewhere(ops: &Ops) -> bool {
    let this = thread::current().id();
    ops.log().iter().any(|event| event.thread != this)
}

fn counted(seen: &Seen, right: usize, what: &str) -> Verdict {
    if seen.done == right {
        return Ok(());
    }
    let saw = format!("{what}, and `run` returned {}", seen.done);
    let finding = Finding::unnamed("The count is wrong").saw(saw);
    Err(match seen.done > right {
        true => finding.because("a job counts when it has ended: not when it began, and not when it was stopped"),
        false => finding,
    })
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
        "5 jobs of 100 ms took {millis} ms in {}, at most {peak} at a time",
        count(tasks, "task")
    );
    match (peak, tasks) {
        (5, 5) => Ok(()),
        (5, _) => Err(Finding::unnamed("The jobs do not have a task each").saw(saw)),
        (1, 2..) if seen.alive > 1 => {
            Err(Finding::mistake("tokio-mutex-always").saw(saw).because(
                "all tasks were there, and each waited for something that another one held during its job",
            ))
        }
        (1, 2..) => Err(Finding::mistake("spawn-then-await").saw(saw)),
        (1, _) => Err(Finding::mistake("await-in-sequence").saw(saw)),
        _ => Err(Finding::unnamed("The jobs did not all run at the same time").saw(saw)),
    }
}

fn jobs_that_are_late_are_stopped() -> Verdict {
    if measures_with_another_clock() {
        return late_jobs_are_stopped_on_another_clock();
    }
    for jobs in [
        [10, 5000, 20, 5000],
        [5000, 5000, 10, 20],
        [10, 500, 5000, 6000],
        [900, 5000, 800, 7000],
    ] {
        late_jobs_are_stopped(&jobs)?;
    }
    Ok(())
}

/// That of four jobs the two late ones are stopped at the deadline.
fn late_jobs_are_stopped(jobs: &[u64; 4]) -> Verdict {
    let seen = run(jobs)?;
    let (millis, late) = (seen.stats.elapsed.as_millis(), seen.later);
    let returned =
        format!("the deadline was after 1000 ms, and `run` returned after {millis} ms");
    if seen.ops.ends() > 2 {
        return Err(
            Finding::unnamed("The batch did not end at the deadline").saw(returned)
        );
    }
    // A little later is fine, as for the end of the last job.
    let later = millis > 1010 && !run_elsewhere(&seen.ops);
    if late > 0 {
        let why = match later {
            true => format!(
                "{returned}, since the deadline began again with each wait; {late} of 2 late jobs still ran"
            ),
            false => {
                format!(
                    "`run` returned after {millis} ms, and {late} of 2 late jobs still ran"
                )
            }
        };
        return Err(Finding::mistake("handle-drop-cancels").saw(why));
    }
    if later {
        return Err(Finding::mistake("sleep-in-loop").saw(format!(
            "{returned}: jobs had ended after {} ms",
            in_time(jobs).join(" and ")
        )));
    }
    if millis < 1000 {
        return Err(Finding::unnamed("The batch ended before the deadline")
            .saw(format!("{returned}; 2 jobs were not done")));
    }
    let what = format!(
        "2 of 4 jobs, of {} ms, ended before the deadline",
        in_time(jobs).join(" and ")
    );
    if seen.done == 0 {
        return Err(Finding::mistake("lost-in-a-branch")
            .saw(format!("{what}, and `run` returned 0"))
            .because(
                "the count was part of the future that the deadline dropped, and went with it. Keep it outside, \
                 where it is still there when the time is over.",
            ));
    }
    counted(&seen, 2, &what)
}

/// The same in real time, where nobody can say when something ends.
fn late_jobs_are_stopped_on_another_clock() -> Verdict {
    let ops = Ops::new();
    let job = |millis| {
        ops.run("job", async move { sleep(Duration::from_millis(millis)).await })
    };
    let jobs = [10, 3_600_000, 20, 3_600_000].map(job).into();
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    let done = runtime.block_on(exercise::run(jobs, Duration::from_millis(200)));
    let late = ops.in_flight();
    if late > 0 {
        return Err(Finding::mistake("handle-drop-cancels")
            .saw(format!("`run` returned, and {late} of 2 late jobs still ran")));
    }
    if done > 2 {
        return Err(Finding::unnamed("The count is wrong")
            .saw(format!("2 of 4 jobs were late, and `run` returned {done}")));
    }
    Ok(())
}

/// Whether the answer asks the clock of `std` how much time is left. That clock is as good as Tokio's, but does not
/// know of virtual time.
fn measures_with_another_clock() -> bool {
    const DEADLINE: Duration = Duration::from_millis(10);
    let job = |first| async move {
        if first {
            sleep(DEADLINE / 10).await;
            // While it is over on the one clock, on the other no time goes by.
            thread::sleep(DEADLINE * 2);
        } else {
            sleep(100 * DEADLINE).await;
        }
    };
    let run =
        probe::virtual_time(|| exercise::run(vec![job(true), job(false)], DEADLINE));
    run.stats.elapsed < DEADLINE
}

/// How long the jobs need that end before the deadline, in the order of their ends.
fn in_time(jobs: &[u64]) -> Vec<String> {
    let mut times: Vec<u64> =
        jobs.iter().copied().filter(|millis| *millis < 1000).collect();
    times.sort_unstable();
    times.iter().map(u64::to_string).collect()
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
            .because(
                "a sleep does not know what it waits for, and a channel does not end while a sender is left; the \
                 handles of the tasks know",
            ))
    };
    let seen = run(&[10, 30, 20])?;
    let millis = seen.stats.elapsed.as_millis();
    if millis > 40 && !run_elsewhere(&seen.ops) {
        return late(format!(
            "the last of 3 jobs ended after 30 ms, and `run` returned after {millis} ms"
        ));
    }
    let seen = run(&[])?;
    let millis = seen.stats.elapsed.as_millis();
    if millis > 10 {
        return late(format!("there were no jobs, and `run` returned after {millis} ms"));
    }
    counted(&seen, 0, "there were no jobs")
}

fn a_panic_costs_the_others_nothing() -> Verdict {
    for jobs in [[30, 0, 20], [0, 20, 30], [20, 30, 0]] {
        let seen = run(&jobs)?;
        let ended = seen.ops.ends();
        if ended < 2 {
            return Err(Finding::unnamed("A panic cost other jobs their end")
                .saw(format!(
                    "1 of 3 jobs panicked, {ended} of the 2 others ended, and `run` returned {}",
                    seen.done
                ))
                .because(
                    "the wait was over with the first task that did not end well, as it is with \
                     `while let Some(Ok(_))` or a `?`, and the rest was stopped",
                ));
        }
        if seen.done == 3 {
            return Err(Finding::mistake("swallowed-panic")
                .saw("1 of 3 jobs panicked, and `run` returned 3"));
        }
        counted(&seen, 2, "1 of 3 jobs panicked, 2 ended before the deadline")?;
    }
    Ok(())
}

fn other_batches_are_counted_too() -> Verdict {
    for (jobs, right) in [
        (vec![10], 1),
        (vec![5000], 0),
        (vec![0], 0),
        (vec![7; 300], 300),
        (vec![1; 2], 2),
    ] {
        let first = jobs.first().copied().unwrap_or_default();
        if first > 1000 && measures_with_another_clock() {
            continue;
        }
        let seen = run(&jobs)?;
        let what = match first {
            0 => "the only job panicked".to_owned(),
            5000 => "the only job was late".to_owned(),
            _ => format!("all of {} ended before the deadline", count(jobs.len(), "job")),
        };
        counted(&seen, right, &what)?;
    }
    Ok(())
}

/// How many jobs end on several threads, two of them now and then at the same moment.
const CROWD: usize = 2_000;
const WORKERS: usize = 4;

fn jobs_on_several_threads_are_all_counted() -> Verdict {
    // Longer than any job needs, however busy the machine is.
    const NEVER: Duration = Duration::from_secs(3600);
    let runtime =
        Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    for _ in threads::brief_rounds() {
        let meeting = Arc::new(threads::Meeting::new());
        let job = |_| {
            let meeting = meeting.clone();
            async move { meeting.come() }
        };
        let done = runtime.block_on(exercise::run((0..CROWD).map(job).collect(), NEVER));
        if done != CROWD {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{CROWD} jobs ended on {WORKERS} threads, and `run` returned {done}; on one thread it is right"
            )));
        }
    }
    runtime.shutdown_background();
    Ok(())
}
