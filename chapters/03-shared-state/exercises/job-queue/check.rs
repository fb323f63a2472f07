//! Holds a worker in a job, then in its sign-off, and looks at the queue each time. Then lets workers race
//! for the last job, on many threads.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/job-queue/solution.rs"
)]
mod exercise;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::panic::resume_unwind;
use std::time::Duration;

use exercise::Queue;
use probe::threads::{self, THREADS};
use probe::words::{count, times};
use probe::{Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::time::sleep;

probe::main!(
    "03-job-queue",
    [
        the_queue_is_free_while_a_job_runs,
        jobs_run_in_order,
        an_empty_queue_is_signed_off,
        a_worker_takes_one_job_at_a_time,
        two_workers_run_two_jobs_at_a_time,
        a_job_added_later_runs_too,
        a_busy_queue_is_not_an_empty_one,
        many_threads_run_each_job_once,
    ]
);

fn the_queue_is_free_while_a_job_runs() -> Verdict {
    // Nobody else has the lock: who does not even get to the job waits for itself.
    if_it_hangs(
        Finding::mistake("locked-twice")
            .saw("one worker, alone, blocked its thread before it ran the first job"),
    );
    let run = virtual_time(|| async {
        let queue = Queue::new([1].into());
        let (job, off) = (Gate::new(), Gate::new());
        let (runs, offs) = (Cell::new(0), Cell::new(0));
        let look = async {
            let in_job = (wait_for(&job).await, queue.try_lock().is_ok());
            // A guard with a name is there to be used again, and not to be asked for again.
            if_it_hangs(match in_job.1 {
                false => Finding::mistake("scrutinee-guard").saw(
                    "the queue was locked while a job ran; after it the worker asked for the \
                     lock again, and waits for itself",
                ),
                true => Finding::mistake("hung"),
            });
            job.open();
            let signing_off = (wait_for(&off).await, queue.try_lock().is_ok());
            off.open();
            (in_job, signing_off, runs.get(), offs.get())
        };
        // The calls are counted here, and what they return does nothing before it is polled.
        let run = |_| {
            runs.set(runs.get() + 1);
            job.pass()
        };
        let sign_off = |_| {
            offs.set(offs.get() + 1);
            off.pass()
        };
        tokio::join!(exercise::work(&queue, run, sign_off), look).1
    });
    let (in_job, signing_off, runs, offs) = run.done()?.0;
    for (polled, calls, what) in
        [(in_job.0, runs, "run"), (signing_off.0, offs, "sign_off")]
    {
        if polled {
            continue;
        }
        return Err(match calls {
            0 => Finding::unnamed("The worker left something out").saw(format!(
                "there was one job in the queue, and `{what}` was not called"
            )),
            calls => Finding::mistake("lazy-future").saw(format!(
                "`{what}` was called {}, and what it returned was not awaited",
                times(calls)
            )),
        });
    }
    match (in_job, signing_off) {
        ((_, false), (_, true)) => Err(Finding::mistake("scrutinee-guard").saw(
            "the queue was locked while a job ran, and free once the worker was out of its loop",
        )),
        ((_, false), (_, false)) => Err(Finding::mistake("guard-across-await").saw(
            "the queue was locked while a job ran, and still while the worker signed off",
        )),
        ((_, true), (_, false)) => Err(Finding::mistake("guard-across-await")
            .saw("the queue was locked while the worker signed off")),
        ((_, true), (_, true)) => Ok(()),
    }
}

/// Whether the worker comes to the gate. It may take its time.
async fn wait_for(gate: &Gate) -> bool {
    for _ in 0..1000 {
        settle().await;
        if gate.waiting() > 0 {
            return true;
        }
    }
    false
}

fn an_empty_queue_is_signed_off() -> Verdict {
    if_it_hangs("guard-across-await");
    let (queue, signed) = (Queue::default(), RefCell::new(Vec::new()));
    let off = async |done| signed.borrow_mut().push(done);
    virtual_time(|| exercise::work(&queue, async |_| {}, off)).done()?;
    match signed.into_inner().as_slice() {
        [0] => Ok(()),
        [] => Err(Finding::mistake("empty-is-nothing").saw(
            "the queue was empty, and the worker did not sign off, with 0 jobs done",
        )),
        signed => Err(Finding::unnamed("A worker signed off with the wrong number").saw(
            format!("the queue was empty, and the worker signed off with {signed:?}"),
        )),
    }
}

/// Any number may be a job's, even twice.
fn jobs_run_in_order() -> Verdict {
    const JOBS: [u32; 7] = [3, 1, 0, 2, 1, u32::MAX, 5];
    if_it_hangs("guard-across-await");
    let (queue, ops) = (Queue::new(JOBS.into()), Ops::new());
    let (ran, signed) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let run = virtual_time(|| {
        let job = async |job: u32| {
            ran.borrow_mut().push(job);
            // Longer than anybody would give it.
            ops.run("job", sleep(Duration::from_secs(200))).await;
        };
        let off = async |done| {
            ops.run("sign_off", sleep(Duration::from_secs(200))).await;
            signed.borrow_mut().push(done);
        };
        exercise::work(&queue, job, off)
    });
    run.done()?;
    if ops.drops() > 0 {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "jobs and sign-offs that take 200 s each: {} to their end, {} dropped before it",
            ops.ends(),
            ops.drops()
        )));
    }
    let (ran, signed) = (ran.into_inner(), signed.into_inner());
    if ran == JOBS {
        return match signed.as_slice() {
            [7] => Ok(()),
            _ => Err(Finding::unnamed("A worker signed off with the wrong number").saw(
                format!("one worker ran 7 jobs, and its sign-offs were {signed:?}"),
            )),
        };
    }
    let saw = format!("the queue had the jobs {JOBS:?}, and one worker ran {ran:?}");
    let without_0: Vec<u32> = JOBS.into_iter().filter(|job| *job > 0).collect();
    if ran == without_0 || ran == JOBS[..2] {
        return Err(Finding::mistake("empty-is-nothing").saw(saw));
    }
    let sorted = |jobs: &[u32]| {
        let mut jobs = jobs.to_vec();
        jobs.sort();
        jobs
    };
    let mut backward = JOBS;
    backward.reverse();
    if ran == backward {
        return Err(Finding::unnamed("The newest job came first").saw(saw).because(
            "the oldest job is at the front: whoever adds one pushes it to the back, and \
             whoever takes from the back as well lets the oldest wait longest.",
        ));
    }
    Err(Finding::unnamed(match sorted(&ran) == sorted(&JOBS) {
        true => "The jobs ran in another order",
        false => "Jobs were lost, or ran twice",
    })
    .saw(saw))
}

fn a_worker_takes_one_job_at_a_time() -> Verdict {
    if_it_hangs("guard-across-await");
    let (queue, ran) = (Queue::new((1..=6).collect()), RefCell::new(Vec::new()));
    let run = virtual_time(|| async {
        let gate = Gate::new();
        let job = async |job: u32| {
            ran.borrow_mut().push(job);
            gate.pass().await;
        };
        let look = async {
            let running = match wait_for(&gate).await {
                true => gate.waiting(),
                false => 0,
            };
            let left = queue.try_lock().map(|queue| Vec::from(queue.clone()));
            gate.open();
            (running, ran.borrow().clone(), left.ok())
        };
        tokio::join!(exercise::work(&queue, job, async |_| {}), look).1
    });
    let (running, started, left) = run.done()?.0;
    // What the case before looked at.
    let Some(left) = left else {
        return Err(Finding::mistake("guard-across-await")
            .saw("with 6 jobs in the queue, it was locked while one of them ran"));
    };
    match (running, left.len()) {
        (1, 5) => Ok(()),
        (1, 6) => Err(still_there(started[0])?),
        (1, left) => Err(Finding::mistake("took-the-whole-queue").saw(format!(
            "one worker ran the first of 6 jobs; still in the queue then: {}",
            count(left, "job")
        ))),
        (running, left) => {
            Err(Finding::unnamed("A worker does not run one job at a time")
                .saw(format!(
                    "one worker ran {running} of 6 jobs at once, and {left} were left"
                ))
                .because("two workers are to run two jobs at a time: each of them one."))
        }
    }
}

/// What it means that a job is in the queue while it runs: does another worker run it too?
fn still_there(job: u32) -> Result<Finding, Finding> {
    let (queue, ran) = (Queue::new((1..=6).collect()), RefCell::new(Vec::new()));
    let run = virtual_time(|| async {
        let job = async |job: u32| {
            ran.borrow_mut().push(job);
            settle().await;
        };
        let work = || exercise::work(&queue, job, async |_| {});
        tokio::join!(work(), work())
    });
    run.done()?;
    let ran = ran.into_inner();
    let twice = ran.iter().filter(|one| **one == job).count() > 1;
    Ok(match twice {
        true => Finding::mistake("check-then-act").saw(format!(
            "job {job} was still in the queue while it ran, and 2 workers with 6 jobs ran \
             {ran:?}"
        )),
        false => Finding::unnamed("A job that ran was still in the queue")
            .saw(format!("job {job} ran, and was not taken out of the queue before")),
    })
}

fn two_workers_run_two_jobs_at_a_time() -> Verdict {
    if_it_hangs("guard-across-await");
    let (queue, ops) = (Queue::new((1..=6).collect()), Ops::new());
    let (ran, signed) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let run = virtual_time(|| async {
        let job = async |job: u32| {
            ops.run("job", sleep(Duration::from_millis(100))).await;
            ran.borrow_mut().push(job);
        };
        let off = async |done| signed.borrow_mut().push(done);
        tokio::join!(exercise::work(&queue, job, off), exercise::work(&queue, job, off))
    });
    let (_, stats) = run.done()?;
    let (mut ran, signed) = (ran.into_inner(), signed.into_inner());
    ran.sort();
    if !ran.iter().copied().eq(1..=6) {
        return Err(Finding::unnamed("Jobs were lost, or ran twice")
            .saw(format!("jobs 1 to 6 were in the queue, and {ran:?} ran")));
    }
    // One worker alone did right by its jobs: what is lacking is the other one's.
    if ops.peak() == 1 && signed == [3, 3] {
        return Err(Finding::mistake("tokio-mutex-always").saw(format!(
            "both workers ran jobs, but only one at a time: 6 jobs of 100 ms took {} ms",
            stats.elapsed.as_millis()
        )));
    }
    if signed == [0, 6] {
        return Err(Finding::mistake("took-the-whole-queue").saw(format!(
            "one of 2 workers did all 6 jobs of 100 ms, in {} ms, and the other found none",
            stats.elapsed.as_millis()
        )));
    }
    if ops.peak() != 2 || stats.elapsed > Duration::from_millis(300) {
        return Err(Finding::unnamed("The workers do not share the work").saw(format!(
            "2 workers did 6 jobs of 100 ms in {} ms, {} at a time",
            stats.elapsed.as_millis(),
            ops.peak()
        )));
    }
    if signed != [3, 3] {
        return Err(Finding::unnamed("A worker signed off with the wrong number")
            .saw(format!("2 workers did 3 jobs each, and signed off with {signed:?}")));
    }
    Ok(())
}

fn a_job_added_later_runs_too() -> Verdict {
    if_it_hangs("guard-across-await");
    let queue = Queue::new([1].into());
    let (ran, gate) = (RefCell::new(Vec::new()), Gate::new());
    let run = virtual_time(|| async {
        let job = async |job: u32| {
            gate.pass().await;
            ran.borrow_mut().push(job);
        };
        let add = async {
            settle().await;
            queue.lock().unwrap().push_back(2);
            gate.open();
        };
        tokio::join!(exercise::work(&queue, job, async |_| {}), add)
    });
    run.done()?;
    if *ran.borrow() != [1, 2] {
        return Err(Finding::unnamed("A job that came later was left in the queue").saw(
            format!("job 2 was added while job 1 ran, and {:?} ran", ran.borrow()),
        ));
    }
    Ok(())
}

/// While somebody else has the lock for a moment, nothing is known of the queue.
fn a_busy_queue_is_not_an_empty_one() -> Verdict {
    if_it_hangs("hung");
    let (queue, ran) = (Queue::new([1].into()), Cell::new(0));
    let hold = |held: &dyn Fn()| {
        let _guard = queue.lock();
        held();
    };
    let job = async |_| ran.set(ran.get() + 1);
    let work = || threads::runtime().block_on(exercise::work(&queue, job, async |_| {}));
    let ((), early) = threads::while_busy(hold, work);
    match (early, ran.get()) {
        (false, 1) => Ok(()),
        (true, _) => Err(Finding::mistake("busy-lock-given-up").saw(format!(
            "another thread had the lock of a queue with one job; the worker returned before the lock \
             was free, and had run {}",
            count(ran.get(), "job")
        ))),
        (false, ran) => Err(Finding::unnamed("Jobs were lost, or ran twice").saw(format!(
            "another thread had the lock of a queue with one job for a moment; jobs that ran: {ran}"
        ))),
    }
}

/// On several threads, one worker may come between any two lines of the other. Who looks and takes
/// under one guard runs each job once, however often it is tried.
fn many_threads_run_each_job_once() -> Verdict {
    // Fewer than workers: it is the last one that two of them may both want.
    const FIRST: u32 = 3;
    // So many that the threads are at it together: each for longer than it takes to wake the others.
    const MORE: u32 = 15_000;
    if_it_hangs("hung");
    let queue = Queue::default();
    let all = FIRST as usize + THREADS * MORE as usize;
    for _ in threads::rounds().take(5) {
        let hold = |go: &dyn Fn()| {
            let mut guard = queue.lock().unwrap();
            guard.extend(0..FIRST);
            go();
        };
        let ended = threads::try_together(hold, |number, runtime| {
            let ran = RefCell::new(Vec::new());
            let run = async |job| ran.borrow_mut().push(job);
            let first = FIRST + number as u32 * MORE;
            runtime.block_on(async {
                exercise::work(&queue, run, async |_| {}).await;
                for job in first..first + MORE {
                    queue.lock().unwrap().push_back(job);
                    exercise::work(&queue, run, async |_| {}).await;
                }
            });
            ran.into_inner()
        });
        // One worker alone does not panic, so it was another that made it. But not by a look and
        // an act where that one only has the lock, or has left it poisoned.
        let of_the_lock = |words: &&str| {
            ["WouldBlock", "Poison"].iter().any(|lock| words.contains(lock))
        };
        let mut panics = ended.iter().filter_map(|ended| ended.as_ref().err()).map(words);
        if let Some(panic) = panics.find(|words| !of_the_lock(words)) {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{THREADS} workers on {THREADS} threads took jobs from one queue, and one of them \
                 panicked: “{panic}”"
            )));
        }
        let ran = ended.into_iter();
        let ran: Vec<u32> = ran
            .flat_map(|ran| ran.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        let different = ran.iter().collect::<HashSet<_>>().len();
        let (twice, never) = (ran.len() - different, all - different);
        let saw = format!(
            "{THREADS} workers on {THREADS} threads took {all} jobs from one queue: {twice} of \
             them ran twice, and {never} never ran"
        );
        match (twice, never) {
            (0, 0) => {}
            (0, _) => return Err(Finding::unnamed("Jobs were lost").saw(saw)),
            _ => return Err(Finding::mistake("check-then-act").saw(saw)),
        }
    }
    Ok(())
}

/// The text that a panic carries.
#[allow(clippy::borrowed_box, reason = "what is in the box is asked, and not the box")]
fn words(panic: &Box<dyn Any + Send>) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&'static str>().copied()).unwrap_or_default()
}
