//! Holds a worker in a job, then in its sign-off, and looks at the queue each time.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/job-queue/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::time::Duration;

use exercise::Queue;
use probe::{Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::time::sleep;

probe::main!(
    "03-job-queue",
    [
        the_queue_is_free_while_a_job_runs,
        two_workers_run_two_jobs_at_a_time,
        a_job_added_later_runs_too,
    ]
);

fn the_queue_is_free_while_a_job_runs() -> Verdict {
    if_it_hangs("guard-across-await");
    let run = virtual_time(|| async {
        let queue = Queue::new([1].into());
        let (job, off) = (Gate::new(), Gate::new());
        let look = async {
            settle().await;
            let in_job = (job.waiting() == 1, queue.try_lock().is_ok());
            job.open();
            settle().await;
            let signing_off = (off.waiting() == 1, queue.try_lock().is_ok());
            off.open();
            (in_job, signing_off)
        };
        tokio::join!(exercise::work(&queue, |_| job.pass(), |_| off.pass()), look).1
    });
    match run.done()?.0 {
        ((false, _), _) | (_, (false, _)) => {
            Err(Finding::unnamed("The worker left something out").saw(
                "with one job in the queue, the worker did not run it and then sign off",
            ))
        }
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
