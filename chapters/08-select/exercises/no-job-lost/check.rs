//! Jobs arrive at known times, storing takes a known time, and `stop` comes at every millisecond of it all.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/no-job-lost/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use probe::{
    Busy, CountPolls, End, Finding, Ops, PanicNote, Run, Verdict, is_after_the_end,
    virtual_time, words,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

probe::main!(
    "08-no-job-lost",
    [
        all_jobs_are_stored_when_the_queue_ends,
        a_job_in_hand_is_stored_whenever_stop_comes,
        a_store_may_take_long,
        without_a_job_it_stops_at_once,
        the_queue_stays_open,
        nothing_is_taken_that_is_not_stored,
        it_stops_between_two_of_many_jobs,
    ]
);

/// How long it takes to store a job.
const STORE: Duration = Duration::from_millis(10);

struct Seen {
    stored: Vec<u32>,
    /// How many jobs had been sent when it returned, and how many of them were still in the queue.
    sent: usize,
    left: usize,
    /// How long after `stop` it returned.
    after: Duration,
    ops: Ops,
}

/// Job `n` arrives after `20 * n` ms, and then no more. `stop` comes after `stop` ms.
fn run(stop: u64) -> Result<Seen, Finding> {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let (sender, mut queue) = mpsc::channel(8);
        let (say_stop, stopped) = oneshot::channel();
        let sent = Arc::new(AtomicUsize::new(0));
        tokio::spawn({
            let (sender, sent) = (sender.clone(), sent.clone());
            async move {
                for job in 1..=3 {
                    sleep(Duration::from_millis(20)).await;
                    if sender.try_send(job).is_ok() {
                        sent.fetch_add(1, SeqCst);
                    }
                }
            }
        });
        let begun = Instant::now();
        let mut stored = Vec::new();
        let store = async |job: u32| {
            ops.run(job.to_string(), sleep(STORE)).await;
            stored.push(job);
        };
        let working = exercise::work(&mut queue, stopped, store);
        let stopping = async {
            sleep(Duration::from_millis(stop)).await;
            let _ = say_stop.send(());
            // The queue does not end before the worker does.
            sleep(Duration::from_secs(100)).await;
            drop(sender);
        };
        let after = tokio::select! {
            () = working => begun.elapsed().saturating_sub(Duration::from_millis(stop)),
            () = stopping => Duration::MAX,
        };
        (stored, sent.load(SeqCst), queue.len(), after)
    });
    let (stored, sent, left, after) = done(run)?;
    Ok(Seen { stored, sent, left, after, ops })
}

/// The result of a run, unless it polled `stop` when that was done.
fn done<T>(run: Run<T>) -> Result<T, Finding> {
    match run.end {
        End::Panicked(PanicNote { message, .. }) if is_after_the_end(&message) => {
            Err(Finding::mistake("polled-after-done")
                .saw(format!("after it had been told to stop, it panicked: {message}")))
        }
        _ => run.done().map(|(value, _)| value),
    }
}

fn all_jobs_are_stored_when_the_queue_ends() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let (sender, mut queue) = mpsc::channel(8);
        for job in 1..=3 {
            let _ = sender.send(job).await;
        }
        drop(sender);
        let (_say_stop, stopped) = oneshot::channel();
        let mut stored = Vec::new();
        let store = async |job: u32| {
            ops.run(job.to_string(), sleep(STORE)).await;
            stored.push(job);
        };
        // A right answer needs a few polls. A wrong one may go around a hundred times in each.
        let working = exercise::work(&mut queue, stopped, store);
        let worked = CountPolls::new(working).budget(1000).await;
        worked.map(|()| stored)
    });
    let stored = match run.end {
        End::Busy | End::Done(Err(Busy)) => {
            // Does it ask again and again while the queue is merely empty?
            run_quietly()?;
            return Err(Finding::mistake("ended-branch-spins").saw(
                "all senders of the queue are gone, and `work` asks it again and again",
            ));
        }
        End::Stuck => {
            // Does it do everything else, and so wait for `stop` alone?
            let waits_for_stop = a_job_in_hand_is_stored_whenever_stop_comes().is_ok();
            let finding = match waits_for_stop {
                true => Finding::mistake("else-waits-for-all"),
                false => Finding::unnamed("The end of the queue was not noticed"),
            };
            return Err(finding
                .saw("all senders of the queue are gone, and `work` does not return"));
        }
        end => done(Run { end, stats: run.stats })?.unwrap_or_default(),
    };
    let saw = format!("the queue had jobs 1, 2, 3, and ended; stored: {stored:?}");
    if ops.drops() > 0 {
        return Err(Finding::mistake("dropped-after-taking").saw(saw));
    }
    if stored != [1, 2, 3] {
        return Err(Finding::unnamed("Not every job was stored").saw(saw));
    }
    Ok(())
}

fn a_job_in_hand_is_stored_whenever_stop_comes() -> Verdict {
    // Where `stop` and a job come together, who is first is a matter of luck: these have many trials.
    let together = [20, 40, 60].repeat(32);
    for stop in (1..=75).chain(together) {
        let Seen { stored, sent, left, after, ops } = run(stop)?;
        if after > Duration::from_secs(50) {
            return Err(Finding::unnamed("It does not stop")
                .saw(format!("told to stop after {stop} ms, it worked on")));
        }
        if ops.drops() > 0 || stored.len() + left < sent {
            let (id, what) = match ops.drops() {
                0 => ("dropped-after-taking", "a job was taken, and not stored"),
                _ if stored.len() + left < sent => (
                    "dropped-after-taking",
                    "a job was begun to store, and not gone on with",
                ),
                _ => (
                    "lost-in-a-branch",
                    "a job was begun to store, that call was dropped, and another one made",
                ),
            };
            return Err(Finding::mistake(id).saw(format!(
                "told to stop after {stop} ms: {what}; jobs that had come: {sent}, still in the queue: {left}, \
                 stored: {}",
                stored.len()
            )));
        }
        let expected: Vec<u32> = (1..=stored.len() as u32).collect();
        if stored != expected {
            return Err(Finding::unnamed("The jobs stored are not those that came")
                .saw(format!("jobs 1, 2, 3 came; stored: {stored:?}")));
        }
        // Without a job in hand, the next one came after 20 ms.
        if stop < 20
            && after > Duration::from_millis(1)
            && after >= Duration::from_millis(20 - stop)
        {
            return Err(Finding::mistake("one-source-at-a-time").saw(format!(
                "told to stop after {stop} ms, with no job, it returned {} later: the next job came {} ms after \
                 `stop`",
                words::duration(after),
                20 - stop
            )));
        }
        if after > STORE {
            return Err(Finding::unnamed("It stops late").saw(format!(
                "told to stop after {stop} ms, it returned {} later; storing the job in hand takes {} at most",
                words::duration(after),
                words::duration(STORE)
            )));
        }
    }
    Ok(())
}

/// Nobody said that a job has to be stored within some time, stopped or not.
fn a_store_may_take_long() -> Verdict {
    for stop in [None, Some(1), Some(1000)] {
        let ops = Ops::new();
        let run = virtual_time(|| async {
            let (sender, mut queue) = mpsc::channel(8);
            let _ = sender.send(1).await;
            let (say_stop, stopped) = oneshot::channel();
            tokio::spawn(async move {
                match stop {
                    // All is told before the first job is stored.
                    None => drop(sender),
                    Some(after) => {
                        sleep(Duration::from_secs(after)).await;
                        let _ = say_stop.send(());
                        sender.closed().await;
                        return;
                    }
                }
                // `stop` stays alive.
                sleep(Duration::from_secs(3500)).await;
                drop(say_stop);
            });
            let store =
                async |_| ops.run("store", sleep(Duration::from_secs(3000))).await;
            exercise::work(&mut queue, stopped, store).await;
        });
        done(run)?;
        if ops.drops() > 0 || ops.ends() != 1 {
            return Err(Finding::mistake("lost-in-a-branch").saw(format!(
                "a job took 3000 s to store{}; calls of `store` that ran to their end: {}, that were dropped \
                 before: {}",
                match stop {
                    None => String::new(),
                    Some(stop) => format!(", and `stop` came after {stop} s"),
                },
                ops.ends(),
                ops.drops()
            )));
        }
    }
    Ok(())
}

/// How many jobs it has taken when it stores the first of six, and how many are left when it is told to stop then.
fn nothing_is_taken_that_is_not_stored() -> Verdict {
    let run = virtual_time(|| async {
        let (sender, mut queue) = mpsc::channel(8);
        for job in [3, 0, 7, 7, u32::MAX, 1] {
            let _ = sender.send(job).await;
        }
        let (say_stop, stopped) = oneshot::channel();
        let (mut say_stop, mut stored, mut taken) = (Some(say_stop), Vec::new(), 0);
        let store = async |job: u32| {
            if let Some(say_stop) = say_stop.take() {
                taken = sender.capacity() - 2;
                let _ = say_stop.send(());
            }
            sleep(STORE).await;
            stored.push(job);
        };
        exercise::work(&mut queue, stopped, store).await;
        (stored, taken, queue.len())
    });
    let (stored, taken, left) = done(run)?;
    if stored.len() + left < 6 {
        return Err(Finding::mistake("dropped-after-taking").saw(format!(
            "{} of 6 out of the queue before the first was stored; it was told to stop then: {} stored, {left} \
             left in the queue",
            words::count(taken, "job"),
            stored.len()
        )));
    }
    let expected = &[3, 0, 7, 7, u32::MAX, 1][..stored.len().min(6)];
    if stored != expected {
        return Err(Finding::unnamed("The jobs stored are not those that came")
            .saw(format!("jobs 3, 0, 7, 7, {}, 1 came; stored: {stored:?}", u32::MAX)));
    }
    if taken > 1 && stored.len() > 1 {
        return Err(Finding::mistake("took-the-whole-queue").saw(format!(
            "{} of 6 out of the queue before the first was stored; it was told to stop then, and stored {}",
            words::count(taken, "job"),
            stored.len()
        )));
    }
    Ok(())
}

fn without_a_job_it_stops_at_once() -> Verdict {
    let after = run(15)?.after;
    if after > Duration::from_millis(1) {
        return Err(Finding::unnamed("It stops late").saw(format!(
            "it had no job when it was told to stop, and returned {} later",
            words::duration(after)
        )));
    }
    Ok(())
}

/// An hour with an empty queue that does not end is no work for it.
fn run_quietly() -> Verdict {
    let run = virtual_time(|| async {
        let (_sender, mut queue) = mpsc::channel(8);
        let (_say_stop, stopped) = oneshot::channel();
        let working = exercise::work(&mut queue, stopped, async |_| {});
        CountPolls::new(working).budget(1000).await
    });
    match run.end {
        End::Busy | End::Done(Err(Busy)) => Err(Finding::mistake("busy")
            .saw("the queue was empty, and `work` asked it again and again")),
        _ => Ok(()),
    }
}

/// The next worker goes on with it.
fn the_queue_stays_open() -> Verdict {
    let run = virtual_time(|| async {
        let (sender, mut queue) = mpsc::channel(8);
        let (say_stop, stopped) = oneshot::channel();
        let _ = say_stop.send(());
        exercise::work(&mut queue, stopped, async |_| {}).await;
        sender.is_closed()
    });
    match done(run)? {
        false => Ok(()),
        true => Err(Finding::unnamed("The queue was closed").saw(
            "after `work` had been told to stop, the queue took no more jobs, and the next worker is to \
             go on with it",
        )),
    }
}

/// Whether it takes one more job that is there when it is told to stop is up to the answer. A second one is not.
fn it_stops_between_two_of_many_jobs() -> Verdict {
    const JOBS: usize = 1000;
    let (mut least, mut most, mut heard) = (usize::MAX, 0, false);
    // Where a coin decides between `stop` and a job, a second job is taken in a quarter of the trials.
    // That none of so many shows one has a chance of one in ten million.
    for _ in 0..56 {
        let run = virtual_time(|| async {
            let (sender, mut queue) = mpsc::channel(JOBS);
            for job in 0..JOBS as u32 {
                let _ = sender.send(job).await;
            }
            let (say_stop, stopped) = oneshot::channel();
            let mut stored = 0;
            let mut say_stop = Some(say_stop);
            let polls = CountPolls::counter();
            let mut polls_of = [0; 2];
            let store = async |job: u32| {
                let before = polls.get();
                sleep(STORE).await;
                if job == 4 {
                    let _ = say_stop.take().map(|say_stop| say_stop.send(()));
                }
                sleep(STORE).await;
                if let 3..5 = job {
                    polls_of[job as usize - 3] = polls.get() - before;
                }
                stored += 1;
            };
            let working = exercise::work(&mut queue, stopped, store);
            let working = CountPolls::with_counter(working, polls.clone());
            let _ = tokio::time::timeout(Duration::from_secs(100), working).await;
            // Whoever waits for `stop` is woken by it, and polled once more.
            (stored, queue.len(), polls_of[1] > polls_of[0])
        });
        let (stored, left, woken) = done(run)?;
        heard |= woken;
        if stored + left < JOBS {
            return Err(Finding::mistake("dropped-after-taking").saw(format!(
                "{JOBS} jobs were ready, and it was told to stop in the fifth: {stored} have been \
                 stored, and {left} are still in the queue"
            )));
        }
        (least, most) = (least.min(stored), most.max(stored));
    }
    if most <= 6 {
        return Ok(());
    }
    let saw = format!("{JOBS} jobs were ready, and it was told to stop in the fifth");
    Err(if least == JOBS {
        let saw = format!("{saw}; it stored all of them");
        if heard {
            Finding::unnamed("It stored all the jobs before it stopped").saw(saw).because(
                "told to stop, `work` is done with the job in hand; the next worker stores the rest.",
            )
        } else {
            Finding::mistake("biased-starves").saw(saw)
        }
    } else {
        let (saw, luck) = match least == most {
            true => (format!("{saw}; it stored {most}"), ""),
            false => (
                format!("{saw}; in 56 trials it stored {least} to {most}"),
                " What is left to luck each time may go against `stop` twice.",
            ),
        };
        Finding::unnamed("It takes more jobs after it was told to stop").saw(saw).because(
            format!(
                "when `stop` and a job are there at the same moment, that job may be taken, and then no \
                 other.{luck}"
            ),
        )
    })
}
