//! Gives the executor futures that count their polls, and wakes them in every situation there is.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/mini-executor/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::hint::{black_box, spin_loop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use exercise::Executor;
use probe::{Finding, Verdict, if_it_hangs, if_it_spins, if_it_waits, words};

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
        many_wakes_before_a_poll_are_one,
        a_task_that_yields_lets_others_run,
        a_task_that_yields_lets_all_others_go_first,
        tasks_spawn_tasks,
        a_wake_after_the_end_does_no_harm,
        many_wakes_from_many_threads_end_well,
        a_wake_right_before_it_sleeps_counts,
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
        Finding::unnamed("No task was run")
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
            let ended = done.fetch_add(1, SeqCst) + 1;
            let story = format!("of three tasks that never wait, {ended} had ended");
            if ended == 3 {
                if_it_hangs(
                    Finding::unnamed("It did not end when every task had ended")
                        .saw(format!("{story}, and `run` did not return"))
                        .because("to know that it is done, `run` has to know how many tasks have not ended"),
                );
            } else {
                // It stopped at a lock, or it sleeps with tasks in its queue.
                if_it_waits(
                    Finding::mistake("locked-twice")
                        .saw(format!("{story}, and the next one was not polled")),
                );
                if_it_spins(
                    Finding::unnamed("A task that was ready was not polled")
                        .saw(format!("{story}, and the next one was not polled")),
                );
            }
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
            "a task woke itself during each of its first three polls; `run` returned after {} instead of 4",
            words::count(n, "poll")
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
            "another thread woke a task during each of its first three polls; `run` returned after {} instead of 4",
            words::count(n, "poll")
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
            "while its neighbor was woken 100 times, a task that nobody had woken was polled {}",
            words::times(n)
        ))),
        Err(_) => Err(Finding::mistake("panicked").saw("a wake panicked")),
    }
}

/// By others while it waits, and by itself during its poll.
fn many_wakes_before_a_poll_are_one() -> Verdict {
    const TURNS: usize = 6;
    hang(
        "executor-drops-wakes",
        "a task was woken three times, and was not polled again",
    );
    let (held, own) = (Held::default(), Held::default());
    let executor = Executor::new();
    executor.spawn(held.clone());
    executor.spawn({
        let own = own.clone();
        poll_fn(move |cx| {
            if own.polls() == 0 {
                (0..3).for_each(|_| cx.waker().wake_by_ref());
            }
            Pin::new(&mut own.clone()).poll(cx)
        })
    });
    let seen = Arc::new(Mutex::new((0, 0)));
    executor.spawn({
        let (held, own, seen) = (held.clone(), own.clone(), seen.clone());
        let mut turn = 0;
        poll_fn(move |cx| {
            turn += 1;
            if turn == 1 {
                let waker = held.0.waiting.lock().unwrap().clone();
                (0..3).for_each(|_| waker.iter().for_each(Waker::wake_by_ref));
            }
            if turn < TURNS {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            *seen.lock().unwrap() = (held.polls(), own.polls());
            held.let_go();
            own.let_go();
            Poll::Ready(())
        })
    });
    executor.run();
    let (by_others, by_itself) = *seen.lock().unwrap();
    for (polls, story) in [
        (by_others, "another task woke it three times, before it was polled again"),
        (by_itself, "it woke itself three times during its first poll"),
    ] {
        if polls > 2 {
            return Err(Finding::mistake("queued-twice").saw(format!(
                "a task waited and {story}: after that it was polled {} instead of once",
                words::times(polls - 1)
            )));
        }
    }
    Ok(())
}

fn a_task_that_yields_lets_all_others_go_first() -> Verdict {
    for before in 0..=3 {
        let (ran, missed) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let executor = Executor::new();
        let others = |count: usize| {
            for _ in 0..count {
                let ran = ran.clone();
                executor.spawn(async move {
                    ran.fetch_add(1, SeqCst);
                });
            }
        };
        others(before);
        executor.spawn({
            let (ran, missed) = (ran.clone(), missed.clone());
            let mut polled = false;
            poll_fn(move |cx| {
                if polled {
                    missed.store(3 - ran.load(SeqCst), SeqCst);
                    return Poll::Ready(());
                }
                polled = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        });
        others(3 - before);
        executor.run();
        let missed = missed.load(SeqCst);
        if missed > 0 {
            return Err(Finding::unnamed("A task that yields kept the others waiting")
                .saw(format!(
                    "a task woke itself, and was polled again before {} of three others that were ready",
                    missed
                ))
                .because("Whoever wakes itself goes to the end of the queue, not to its front."));
        }
    }
    Ok(())
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
    thread::sleep(Duration::from_millis(250));
    let after = kernel(who).map_or(before, |(_, switches)| switches);
    let (woke, polls) = (after - before, held.polls());
    if woke > 2 || polls > 1 {
        return Err(never().saw(format!(
            "its only task waited for 250 ms; meanwhile, the thread in `run` woke up {}, and the task was polled {}",
            words::times(woke as usize),
            words::times(polls)
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

fn run_without_a_panic(executor: &Executor, story: &str) -> Verdict {
    without_a_panic(story, || executor.run())
}

fn without_a_panic(story: &str, act: impl FnOnce()) -> Verdict {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("without a text");
        Finding::mistake("panicked").saw(format!("{story}, and that panicked: {text}"))
    })
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
    run_without_a_panic(
        &executor,
        "a task was woken after its end, while another one ran",
    )?;
    let (polls, turns) = (polls.load(SeqCst), waking.load(SeqCst));
    if polls != 1 {
        return Err(Finding::unnamed(again).saw(format!(
            "a task had ended and was woken, and was polled {} in all",
            words::times(polls)
        )));
    }
    if turns != 11 {
        return Err(Finding::unnamed(again).saw(format!(
            "a task had ended and was woken; `run` returned while another one was at turn {turns} of 11"
        )));
    }
    let waker = kept.lock().unwrap().take();
    let again = waker.clone();
    if let Some(waker) = waker {
        waker.wake();
    }
    run_without_a_panic(&executor, "a task was woken after its end, and after `run`")?;
    drop(executor);
    without_a_panic("a task was woken when the executor was gone", move || {
        if let Some(waker) = again {
            waker.wake();
        }
    })
}

/// Round after round, many threads wake one task, and get in each other's and the executor's way at its lock.
/// Of the last wake of all, one poll has to follow. If it was lost, the task is woken no more, however often
/// somebody wakes it. That is a matter of chance, and there are many rounds.
fn many_wakes_from_many_threads_end_well() -> Verdict {
    const THREADS: usize = 6;
    const WAKES: usize = 1000;
    const TIME: Duration = Duration::from_millis(500);
    const ROUNDS: usize = 50;
    hang(
        "executor-drops-wakes",
        "six threads woke one task again and again; after one of these wakes it was not polled any more",
    );
    let task = Pinged::default();
    let executor = Executor::new();
    executor.spawn(task.clone());
    let waking = thread::spawn({
        let task = task.clone();
        move || {
            let start = Instant::now();
            let barrier = Barrier::new(THREADS);
            let (round, over) = (AtomicUsize::new(0), AtomicBool::new(false));
            until(|| task.0.polls.load(SeqCst) > 0);
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        while !over.load(SeqCst) {
                            let waker = task.0.waiting.lock().unwrap().clone();
                            let wake = || waker.iter().for_each(Waker::wake_by_ref);
                            if barrier.wait().is_leader() {
                                round.fetch_add(1, SeqCst);
                            }
                            (0..WAKES).for_each(|_| wake());
                            if barrier.wait().is_leader() {
                                // What was woken is polled, or else it never will be.
                                let polls = task.0.polls.load(SeqCst);
                                wake();
                                until_soon(|| task.0.polls.load(SeqCst) > polls);
                                let enough = round.load(SeqCst) >= ROUNDS
                                    && start.elapsed() > TIME
                                    || start.elapsed() > Duration::from_secs(1);
                                over.store(enough, SeqCst);
                            }
                            barrier.wait();
                        }
                    });
                }
            });
            task.0.free.store(true, SeqCst);
            let waker = task.0.waiting.lock().unwrap().clone();
            waker.iter().for_each(Waker::wake_by_ref);
        }
    });
    executor.run();
    if !task.0.free.load(SeqCst) {
        return Err(Finding::mistake("empty-queue-is-the-end")
            .saw("`run` returned while a task was still being woken by six threads"));
    }
    match waking.join() {
        Ok(()) => Ok(()),
        Err(_) => Err(Finding::mistake("panicked").saw("a wake panicked")),
    }
}

/// As [`until`], for what comes in microseconds.
fn until_soon(condition: impl Fn() -> bool) {
    let mut turns = 0;
    while !condition() {
        turns += 1;
        if turns % 256 == 0 { thread::yield_now() } else { spin_loop() }
    }
}

/// Counts its polls, and keeps its waker for whoever wants to wake it.
#[derive(Clone, Default)]
struct Pinged(Arc<HeldState>);

impl Future for Pinged {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let free = self.0.free.load(SeqCst);
        self.0.waiting.lock().unwrap().get_or_insert_with(|| cx.waker().clone());
        self.0.polls.fetch_add(1, SeqCst);
        if free { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Wakes a task again and again, each time a little later after its poll has begun: some of these wakes come
/// when the executor has found its queue empty and does not sleep yet. What is lost is lost for certain. That
/// it is found is a matter of chance, but there are thousands of tries.
fn a_wake_right_before_it_sleeps_counts() -> Verdict {
    const TIME: Duration = Duration::from_millis(100);
    const TRIES: usize = 1_000;
    if_it_hangs(Finding::mistake("executor-drops-wakes").saw(
        "another thread woke a task soon after each of its polls; after one of these wakes it was not polled again",
    ));
    let pinged = Pinged::default();
    let executor = Executor::new();
    executor.spawn(pinged.clone());
    let waking = thread::spawn(move || {
        let Pinged(state) = pinged;
        let (start, mut tries, mut seen) = (Instant::now(), 0, 0);
        let mut done = false;
        while !done {
            until_soon(|| state.polls.load(SeqCst) != seen);
            seen = state.polls.load(SeqCst);
            for turn in 0..tries * 7 % 128 {
                black_box(turn);
            }
            tries += 1;
            done = tries >= TRIES && start.elapsed() > TIME
                || start.elapsed() > Duration::from_secs(1);
            if done {
                state.free.store(true, SeqCst);
            }
            let waker = state.waiting.lock().unwrap().clone();
            waker.iter().for_each(Waker::wake_by_ref);
        }
    });
    executor.run();
    match waking.join() {
        Ok(()) => Ok(()),
        Err(_) => Err(Finding::mistake("panicked").saw("a wake panicked")),
    }
}
