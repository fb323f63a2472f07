//! Gives the executor futures that count their polls, and wakes them in every situation there is.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/mini-executor/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use exercise::Executor;
use probe::{Finding, Verdict, if_it_hangs};

probe::main!(
    "07-mini-executor",
    [
        without_tasks_it_is_done_at_once,
        tasks_that_never_wait_are_run,
        a_wake_of_its_own_during_the_poll_counts,
        a_wake_by_another_thread_during_the_poll_counts,
        an_empty_queue_is_not_the_end,
        it_sleeps_while_nothing_is_ready,
        a_task_that_waits_is_left_alone,
        a_task_that_yields_lets_others_run,
        tasks_spawn_tasks,
        a_wake_after_the_end_does_no_harm,
        many_wakes_from_many_threads_end_well,
    ]
);

fn hang(id: &str, saw: &str) {
    if_it_hangs(Finding::mistake(id).saw(saw));
}

fn without_tasks_it_is_done_at_once() -> Verdict {
    if_it_hangs(
        Finding::unnamed("An executor without tasks does not end")
            .saw("`run` was called on an executor without a task"),
    );
    Executor::new().run();
    Ok(())
}

fn tasks_that_never_wait_are_run() -> Verdict {
    if_it_hangs(
        Finding::unnamed("It does not end")
            .saw("three tasks that never wait were spawned, and `run` was called"),
    );
    let done = Arc::new(AtomicUsize::new(0));
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let executor = Executor::new();
    let here = thread::current().id();
    for _ in 0..3 {
        let (done, elsewhere) = (done.clone(), elsewhere.clone());
        executor.spawn(async move {
            elsewhere.fetch_add(usize::from(thread::current().id() != here), SeqCst);
            done.fetch_add(1, SeqCst);
        });
    }
    executor.run();
    if elsewhere.load(SeqCst) > 0 {
        return Err(Finding::unnamed("A task was polled on another thread")
            .saw(format!(
                "three tasks were spawned, and {} of them were not polled by the thread that called `run`",
                elsewhere.load(SeqCst)
            ))
            .because("An executor needs no thread for each task: a task that waits needs none at all."));
    }
    match done.load(SeqCst) {
        3 => Ok(()),
        n => Err(Finding::unnamed("Not every task ran")
            .saw(format!("three tasks were spawned, `run` returned, and {n} had ended"))),
    }
}

fn a_wake_of_its_own_during_the_poll_counts() -> Verdict {
    let polls = Arc::new(AtomicUsize::new(0));
    let executor = Executor::new();
    let count = polls.clone();
    executor.spawn(poll_fn(move |cx| {
        if count.fetch_add(1, SeqCst) == 3 {
            return Poll::Ready(());
        }
        hang("locked-twice", "a task woke itself during its poll, and `wake` did not return");
        cx.waker().wake_by_ref();
        hang(
            "executor-drops-wakes",
            "a task woke itself during its poll and returned `Pending`, as `yield_now` does, and was not polled again",
        );
        Poll::Pending
    }));
    executor.run();
    match polls.load(SeqCst) {
        4 => Ok(()),
        // It returned, so it took the task for ended, or its queue for empty.
        n => Err(Finding::mistake("executor-drops-wakes").saw(format!(
            "a task woke itself during each of its first three polls; `run` returned after {n} poll(s) instead of 4"
        ))),
    }
}

fn a_wake_by_another_thread_during_the_poll_counts() -> Verdict {
    hang(
        "executor-drops-wakes",
        "another thread woke a task during its poll, and it was not polled again",
    );
    let (to_waker, wakers) = mpsc::channel::<Waker>();
    let (to_task, woken) = mpsc::channel();
    thread::spawn(move || {
        for waker in wakers {
            waker.wake();
            let _ = to_task.send(());
        }
    });
    let polls = Arc::new(AtomicUsize::new(0));
    let (count, woken) = (polls.clone(), Mutex::new(woken));
    let executor = Executor::new();
    executor.spawn(poll_fn(move |cx| {
        if count.fetch_add(1, SeqCst) == 3 {
            return Poll::Ready(());
        }
        let _ = to_waker.send(cx.waker().clone());
        // The poll goes on until the wake has happened.
        let _ = woken.lock().map(|woken| woken.recv());
        Poll::Pending
    }));
    executor.run();
    match polls.load(SeqCst) {
        4 => Ok(()),
        n => Err(Finding::mistake("executor-drops-wakes").saw(format!(
            "another thread woke a task during each of its first three polls; `run` returned after {n} poll(s) instead of 4"
        ))),
    }
}

/// A future that waits until it is let go, and counts its polls.
#[derive(Clone, Default)]
struct Held(Arc<HeldState>);

#[derive(Default)]
struct HeldState {
    polls: AtomicUsize,
    free: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Held {
    fn polls(&self) -> usize {
        self.0.polls.load(SeqCst)
    }

    fn wake(&self) {
        let waiting = self.0.waiting.lock().unwrap().take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    fn let_go(&self) {
        self.0.free.store(true, SeqCst);
        self.wake();
    }
}

impl Future for Held {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        *self.0.waiting.lock().unwrap() = Some(cx.waker().clone());
        self.0.polls.fetch_add(1, SeqCst);
        if self.0.free.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Waits for what the executor's thread has to do.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::sleep(Duration::from_millis(1));
    }
}

fn an_empty_queue_is_not_the_end() -> Verdict {
    hang(
        "executor-drops-wakes",
        "a task was woken while it waited, and was not polled again",
    );
    let held = Held::default();
    let executor = Executor::new();
    executor.spawn(held.clone());
    thread::spawn({
        let held = held.clone();
        move || {
            until(|| held.polls() > 0);
            // Long enough for an executor that is about to leave. A right one sleeps here.
            thread::sleep(Duration::from_millis(200));
            held.let_go();
        }
    });
    executor.run();
    if !held.0.free.load(SeqCst) {
        return Err(Finding::mistake("empty-queue-is-the-end").saw(
            "`run` returned while a task was still waiting to be woken by another thread",
        ));
    }
    Ok(())
}

fn a_task_that_waits_is_left_alone() -> Verdict {
    if_it_hangs(
        Finding::unnamed("A task that waits kept the others waiting")
            .saw("two tasks were spawned that both have to wait, and only one of them was polled")
            .because("When a task returns `Pending`, it is another one's turn."),
    );
    let (idle, busy) = (Held::default(), Held::default());
    let executor = Executor::new();
    executor.spawn(idle.clone());
    executor.spawn(busy.clone());
    let waking = thread::spawn({
        let (idle, busy) = (idle.clone(), busy.clone());
        move || {
            until(|| idle.polls() > 0 && busy.polls() > 0);
            hang(
                "executor-drops-wakes",
                "a task was woken 100 times, and was not polled as often",
            );
            for _ in 0..100 {
                let before = busy.polls();
                busy.wake();
                until(|| busy.polls() > before);
            }
            let polls = idle.polls();
            idle.let_go();
            busy.let_go();
            polls
        }
    });
    executor.run();
    match waking.join() {
        Ok(1) => Ok(()),
        Ok(n) => Err(Finding::mistake("polled-unasked").saw(format!(
            "while its neighbor was woken 100 times, a task that nobody had woken was polled {n} times"
        ))),
        Err(_) => Err(Finding::mistake("panicked").saw("a wake panicked")),
    }
}

fn a_task_that_yields_lets_others_run() -> Verdict {
    const A_LOT: usize = 10_000;
    // In both orders: the other one comes before it, or after it.
    for first in [true, false] {
        let (ran, polls) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let executor = Executor::new();
        let other = |executor: &Executor| {
            let ran = ran.clone();
            executor.spawn(async move { ran.store(true, SeqCst) });
        };
        if first {
            other(&executor);
        }
        let (other_ran, count) = (ran.clone(), polls.clone());
        executor.spawn(poll_fn(move |cx| {
            if other_ran.load(SeqCst) || count.fetch_add(1, SeqCst) == A_LOT {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        if !first {
            other(&executor);
        }
        executor.run();
        if polls.load(SeqCst) > A_LOT {
            return Err(Finding::unnamed("A task that yields kept the others waiting")
                .saw(format!(
                    "a task woke itself in each poll until another one had run; it was polled {A_LOT} times, and the other never"
                ))
                .because("Whoever wakes itself goes to the end of the queue, not to its front."));
        }
    }
    Ok(())
}

/// What the kernel says of a thread: its state, and how often it has gone to sleep.
fn kernel(thread: &str) -> Option<(char, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    let state = field("State:")?.chars().next()?;
    Some((state, field("voluntary_ctxt_switches:")?.parse().ok()?))
}

fn it_sleeps_while_nothing_is_ready() -> Verdict {
    hang(
        "executor-drops-wakes",
        "a task was woken while it waited, and was not polled again",
    );
    let held = Held::default();
    let executor = Executor::new();
    executor.spawn(held.clone());
    let (tell, who) = mpsc::channel();
    let watching = thread::spawn({
        let held = held.clone();
        move || {
            let who: Option<String> = who.recv().ok();
            until(|| held.polls() > 0);
            let verdict = who.map_or(Ok(()), |who| sleeps(&who, &held));
            held.let_go();
            verdict
        }
    });
    let me = std::fs::read_link("/proc/thread-self").ok();
    drop(me.map(|me| tell.send(me.to_string_lossy().into_owned())));
    drop(tell);
    executor.run();
    watching.join().unwrap_or(Err(Finding::mistake("panicked").saw("a wake panicked")))
}

/// Asks Linux. Elsewhere nobody is asked, and everybody passes.
fn sleeps(who: &str, held: &Held) -> Verdict {
    let start = Instant::now();
    let never = || Finding::mistake("executor-never-sleeps");
    let before = loop {
        match kernel(who) {
            None => return Ok(()),
            Some(('S', switches)) => break switches,
            Some(_) if start.elapsed() > Duration::from_secs(3) => {
                return Err(never().saw(
                    "its only task waited, and for 3 seconds the thread in `run` did not sleep",
                ));
            }
            Some(_) => thread::sleep(Duration::from_millis(1)),
        }
    };
    thread::sleep(Duration::from_millis(400));
    let after = kernel(who).map_or(before, |(_, switches)| switches);
    let (times, polls) = (after - before, held.polls());
    if times > 2 || polls > 1 {
        return Err(never().saw(format!(
            "its only task waited for 0.4 seconds; meanwhile, the thread in `run` woke up {times} times, and the task was polled {polls} time(s)"
        )));
    }
    Ok(())
}

fn tasks_spawn_tasks() -> Verdict {
    hang("locked-twice", "a task called `spawn` during its poll");
    let executor = Arc::new(Executor::new());
    let done = Arc::new(AtomicUsize::new(0));
    let (inner, count) = (executor.clone(), done.clone());
    executor.spawn(async move {
        for _ in 0..10 {
            let count = count.clone();
            let spawner = inner.clone();
            inner.spawn(async move {
                let inner = count.clone();
                spawner.spawn(async move {
                    inner.fetch_add(1, SeqCst);
                });
                count.fetch_add(1, SeqCst);
            });
        }
    });
    executor.run();
    match done.load(SeqCst) {
        20 => Ok(()),
        n => Err(Finding::unnamed("Not every task ran").saw(format!(
            "a task spawned ten that spawned one each; `run` returned, and {n} of the 20 had ended"
        ))),
    }
}

fn a_wake_after_the_end_does_no_harm() -> Verdict {
    let again = "A task that had ended was polled or counted again";
    if_it_hangs(
        Finding::unnamed(again)
            .saw("a task was woken after its end, and `run` did not return"),
    );
    let (kept, polls) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
    let executor = Executor::new();
    let (keep, polled) = (kept.clone(), polls.clone());
    executor.spawn(poll_fn(move |cx| {
        polled.fetch_add(1, SeqCst);
        *keep.lock().unwrap() = Some(cx.waker().clone());
        cx.waker().wake_by_ref();
        Poll::Ready(())
    }));
    let waking = Arc::new(AtomicUsize::new(0));
    let (waker, count, polled) = (kept.clone(), waking.clone(), polls.clone());
    executor.spawn(poll_fn(move |cx| {
        let ended: Option<Waker> = waker.lock().unwrap().clone();
        if let Some(ended) = ended
            && polled.load(SeqCst) == 1
        {
            ended.wake();
        }
        if count.fetch_add(1, SeqCst) == 10 {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    executor.run();
    let (polls, turns) = (polls.load(SeqCst), waking.load(SeqCst));
    if polls != 1 {
        return Err(Finding::unnamed(again).saw(format!(
            "a task had ended and was woken, and was polled {polls} times in all"
        )));
    }
    if turns != 11 {
        return Err(Finding::unnamed(again).saw(format!(
            "a task had ended and was woken; `run` returned while another one was at turn {turns} of 11"
        )));
    }
    let waker = kept.lock().unwrap().take();
    if let Some(waker) = waker {
        waker.wake();
    }
    executor.run();
    Ok(())
}

fn many_wakes_from_many_threads_end_well() -> Verdict {
    hang(
        "executor-drops-wakes",
        "four threads woke one task 5,000 times each, and after the last wake it was not polled again",
    );
    let held = Held::default();
    let executor = Executor::new();
    executor.spawn(held.clone());
    let left = Arc::new(AtomicUsize::new(4));
    for _ in 0..4 {
        let (held, left) = (held.clone(), left.clone());
        thread::spawn(move || {
            until(|| held.polls() > 0);
            for _ in 0..5_000 {
                held.wake();
            }
            if left.fetch_sub(1, SeqCst) == 1 {
                held.let_go();
            }
        });
    }
    executor.run();
    if !held.0.free.load(SeqCst) {
        return Err(Finding::mistake("empty-queue-is-the-end")
            .saw("`run` returned while a task was still being woken by four threads"));
    }
    Ok(())
}
