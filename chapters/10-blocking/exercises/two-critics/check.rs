//! The critics belong to the check: each knows on which thread it is, and waits for the other to be there.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/10-blocking/two-critics/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use futures::poll;
use probe::{Finding, Pool, Verdict, if_it_hangs, is_of_a_runtime, words};
use tokio::runtime::{Builder, Runtime};
use tokio::{task, time};

probe::main!(
    "10-two-critics",
    [
        both_ratings_are_returned_in_order,
        the_critics_leave_the_thread_of_the_tasks,
        others_run_while_the_critics_work,
        both_work_at_the_same_time,
        others_run_while_one_of_them_works,
        a_critic_may_take_an_hour,
    ]
);

/// How long a critic waits for what will not come. Only wrong answers take so long.
const NOBODY: Duration = Duration::from_secs(2);
const AN_HOUR: Duration = Duration::from_secs(3_600);
/// How long the first critic waits for the second to be done.
const A_MOMENT: Duration = Duration::from_millis(50);

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .max_blocking_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

/// Spins until `condition`, or until `limit` is over.
fn wait_until(limit: Duration, condition: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !condition() {
        if start.elapsed() > limit {
            return condition();
        }
        thread::yield_now();
    }
    true
}

/// What a run returns, or that Tokio panicked in it because it was called in the wrong place.
fn unless_misplaced<T>(run: impl FnOnce() -> T) -> Result<T, Finding> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        if is_of_a_runtime(said) {
            Finding::mistake("runtime-is-everywhere")
                .saw(format!("on a runtime with one thread, Tokio panicked: “{said}”"))
        } else {
            resume_unwind(panic)
        }
    })
}

fn both_ratings_are_returned_in_order() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime();
    // The second is done first, where both can work at the same time.
    let done = Arc::new(AtomicUsize::new(0));
    let second_is_done = done.clone();
    let first = move || {
        if wait_until(A_MOMENT, || second_is_done.load(SeqCst) > 0) {
            thread::sleep(A_MOMENT); // until its answer has arrived, too
        }
        3
    };
    let second = move || {
        done.store(1, SeqCst);
        8
    };
    let rated = unless_misplaced(|| runtime.block_on(exercise::rate(first, second)));
    runtime.shutdown_background();
    let rated = rated?;
    if rated == (8, 3) {
        return Err(Finding::mistake("completion-order")
            .saw("the first critic said 3, and was done last: `rate` returned (8, 3)"));
    }
    if rated != (3, 8) {
        return Err(Finding::unnamed("The ratings are wrong")
            .saw(format!("the critics said 3 and 8, and `rate` returned {rated:?}")));
    }
    Ok(())
}

/// Where a critic was asked: on which thread, and in which task.
type Place = (ThreadId, Option<task::Id>);

fn the_critics_leave_the_thread_of_the_tasks() -> Verdict {
    let tasks_thread = thread::current().id();
    let asked: Arc<Mutex<Vec<Place>>> = Arc::default();
    let critic = || {
        let asked = asked.clone();
        move || {
            asked.lock().unwrap().push((thread::current().id(), task::try_id()));
            1
        }
    };
    let runtime = runtime();
    runtime.block_on(exercise::rate(critic(), critic()));
    runtime.shutdown_background();
    let asked = asked.lock().unwrap();
    let here = asked.iter().filter(|(thread, _)| *thread == tasks_thread).count();
    // Who is in `block_on` has no task id; who was spawned has one.
    let spawned =
        asked.iter().any(|(thread, id)| *thread == tasks_thread && id.is_some());
    match here {
        0 => Ok(()),
        _ if spawned => Err(Finding::mistake("blocking-in-async").saw(
            "a critic got a task of its own, and computed on the thread that runs every task",
        )),
        1 => Err(Finding::mistake("blocking-in-async").saw(
            "one critic computed on the thread that runs every task, and the other elsewhere",
        )),
        _ => Err(Finding::mistake("join-is-parallel").saw(
            "both critics computed in one task, on the thread that runs every task, one after the other",
        )),
    }
}

fn others_run_while_the_critics_work() -> Verdict {
    if_it_hangs("blocking-in-async");
    let turns = Arc::new(AtomicUsize::new(0));
    let starved = Arc::new(AtomicUsize::new(0));
    let critic = || {
        let (turns, starved) = (turns.clone(), starved.clone());
        move || {
            let before = turns.load(SeqCst);
            if !wait_until(NOBODY, || turns.load(SeqCst) > before + 10) {
                starved.fetch_add(1, SeqCst);
            }
            1
        }
    };
    let runtime = runtime();
    let count = turns.clone();
    runtime.block_on(async {
        let neighbor = task::spawn(async move {
            loop {
                count.fetch_add(1, SeqCst);
                task::yield_now().await;
            }
        });
        exercise::rate(critic(), critic()).await;
        neighbor.abort();
    });
    runtime.shutdown_background();
    if starved.load(SeqCst) > 0 {
        return Err(Finding::mistake("blocking-in-async").saw(
            "the critics worked on other threads, and the thread that runs every task stood still and waited for them",
        ));
    }
    Ok(())
}

/// One critic is done at once, and the other works on until tasks have got their turns.
fn others_run_while_one_of_them_works() -> Verdict {
    if_it_hangs("blocking-in-async");
    for slow in [0, 1] {
        let turns = Arc::new(AtomicUsize::new(0));
        let starved = Arc::new(AtomicUsize::new(0));
        let done = Arc::new(AtomicUsize::new(0));
        let critic = |number| {
            let (turns, starved, done) = (turns.clone(), starved.clone(), done.clone());
            move || {
                if number != slow {
                    done.store(1, SeqCst);
                    return 1;
                }
                // The other's rating arrives, and whoever waits for this one begins to.
                wait_until(NOBODY, || done.load(SeqCst) > 0);
                thread::sleep(A_MOMENT);
                let before = turns.load(SeqCst);
                if !wait_until(NOBODY, || turns.load(SeqCst) > before + 10) {
                    starved.fetch_add(1, SeqCst);
                }
                1
            }
        };
        let runtime = runtime();
        let count = turns.clone();
        runtime.block_on(async {
            let neighbor = task::spawn(async move {
                loop {
                    count.fetch_add(1, SeqCst);
                    task::yield_now().await;
                }
            });
            exercise::rate(critic(0), critic(1)).await;
            neighbor.abort();
        });
        runtime.shutdown_background();
        if starved.load(SeqCst) > 0 {
            let (done, works) =
                if slow == 0 { ("second", "first") } else { ("first", "second") };
            return Err(Finding::mistake("blocking-in-async").saw(format!(
                "the {done} critic was done and the {works} worked on another thread, and the thread that \
                 runs every task stood still and waited for it",
            )));
        }
    }
    Ok(())
}

/// The first critic takes an hour, or the second, by a clock that the check moves.
fn a_critic_may_take_an_hour() -> Verdict {
    if_it_hangs("hung");
    for slow in [0, 1] {
        // A job is under way all the time, so Tokio leaves the clock to us.
        let pool = Pool::paused(3);
        let (_end, ended) = mpsc::channel::<()>();
        pool.runtime().spawn_blocking(move || ended.recv());
        let begun = Arc::new(AtomicUsize::new(0));
        let (go_on, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let critic = |number: u32| {
            let (begun, gate) = (begun.clone(), gate.clone());
            move || {
                if number == slow {
                    begun.store(1, SeqCst);
                    let _ = gate.lock().unwrap().recv_timeout(NOBODY);
                }
                number + 1
            }
        };
        let rated = pool.block_on(async {
            let mut rating = pin!(exercise::rate(critic(0), critic(1)));
            let start = Instant::now();
            while begun.load(SeqCst) == 0 && start.elapsed() < NOBODY {
                if let Poll::Ready(rated) = poll!(&mut rating) {
                    return Ok(rated);
                }
                task::yield_now().await;
            }
            time::advance(AN_HOUR).await;
            for _ in 0..10 {
                if let Poll::Ready(rated) = poll!(&mut rating) {
                    return Err(Finding::unnamed("It does not wait for both ratings").saw(format!(
                        "a critic took an hour, and before it was done, `rate` returned {rated:?}"
                    )));
                }
                task::yield_now().await;
            }
            let _ = go_on.send(());
            Ok(rating.await)
        })?;
        if rated != (1, 2) {
            return Err(Finding::unnamed("The ratings are wrong").saw(format!(
                "the critics said 1 and 2, one of them after an hour, and `rate` returned {rated:?}"
            )));
        }
    }
    Ok(())
}

/// What a critic saw of its own work: on which thread, and how often the answer had been polled.
#[derive(Clone, Copy)]
struct Work {
    thread: ThreadId,
    polls_at_start: usize,
    polls_at_end: usize,
    met: bool,
}

fn both_work_at_the_same_time() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime();
    let begun = Arc::new(AtomicUsize::new(0));
    let polls = Arc::new(AtomicUsize::new(0));
    let line_has_moved = Arc::new(AtomicUsize::new(0));
    let works: Arc<Mutex<Vec<Work>>> = Arc::default();
    let critic = || {
        let (begun, polls) = (begun.clone(), polls.clone());
        let (line_has_moved, works) = (line_has_moved.clone(), works.clone());
        move || {
            let polls_at_start = polls.load(SeqCst);
            begun.fetch_add(1, SeqCst);
            let both = || begun.load(SeqCst) == 2;
            // The other thread of the pool has come to what stands behind the critics in line:
            // if the second critic stood in line, it has begun. Some more time is for other threads.
            let moved = || line_has_moved.load(SeqCst) > 0;
            let met =
                wait_until(NOBODY, || both() || moved()) && wait_until(NOBODY / 2, both);
            works.lock().unwrap().push(Work {
                thread: thread::current().id(),
                polls_at_start,
                polls_at_end: polls.load(SeqCst),
                met,
            });
            1
        }
    };
    runtime.block_on(async {
        let mut rating = pin!(exercise::rate(critic(), critic()));
        let rating = poll_fn(|cx| {
            polls.fetch_add(1, SeqCst);
            rating.as_mut().poll(cx)
        });
        let behind = async {
            let moved = line_has_moved.clone();
            let _ = task::spawn_blocking(move || moved.fetch_add(1, SeqCst)).await;
        };
        tokio::join!(biased; rating, behind)
    });
    runtime.shutdown_background();
    let works = works.lock().unwrap().clone();
    let [first, second] = works[..] else {
        return Err(Finding::unnamed("A critic is asked once").saw(format!(
            "the critics were asked {} in all",
            words::times(works.len())
        )));
    };
    if first.met && second.met {
        return Ok(());
    }
    if first.thread == second.thread && first.polls_at_end == second.polls_at_start {
        Err(Finding::mistake("one-job-one-thread").saw(
            "both critics worked on the same thread, one after the other, and nothing was awaited in between",
        ))
    } else if first.polls_at_end < second.polls_at_start {
        Err(Finding::mistake("await-in-sequence")
            .saw("the second critic was not asked before the first had been waited for"))
    } else {
        Err(Finding::unnamed("The critics work one after the other")
            .saw("the first critic was done before the second began"))
    }
}
