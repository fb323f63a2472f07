//! Holds the callback, and calls it before, between and after polls by two different tasks.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/alarm/solution.rs"
)]
mod exercise;

use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use exercise::Alarm;
use probe::{CountWaker, Finding, Verdict};

probe::main!(
    "07-alarm",
    [
        nothing_happens_before_it_rings,
        a_poll_is_not_the_alarm,
        it_wakes_whoever_waits,
        it_wakes_the_last_who_polled,
        it_wakes_the_first_again_when_it_came_back,
        it_may_ring_before_anybody_looks,
        it_may_ring_at_once,
        a_task_that_looks_as_soon_as_it_is_woken_sees_the_ring,
        a_ring_in_the_middle_of_a_poll_is_not_missed,
        it_may_be_dropped_early,
    ]
);

type Callback = Box<dyn FnOnce() + Send>;

/// An alarm, and the callback that makes it ring.
fn alarm() -> Result<(Pin<Box<Alarm>>, Callback), Finding> {
    let mut callback = None;
    let alarm = Alarm::new(|given| callback = Some(given));
    let callback = callback.ok_or_else(|| {
        Finding::unnamed("The alarm was not set")
            .saw("`new` returned without handing a callback to `set`")
    })?;
    Ok((Box::pin(alarm), callback))
}

/// How often a task was woken; waits for the first time, as the wake may come from a third thread. Only
/// whoever forgets to wake has us wait long.
fn wakes(task: &CountWaker) -> usize {
    let start = Instant::now();
    while task.wakes() == 0 && start.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(1));
    }
    task.wakes()
}

fn must_be_pending(
    alarm: &mut Pin<Box<Alarm>>,
    task: &Arc<CountWaker>,
    poll: usize,
) -> Verdict {
    probe::if_it_hangs(
        Finding::mistake("poll-waits")
            .saw("the alarm had not rung, and `poll` was called"),
    );
    if task.poll(alarm).is_ready() {
        return Err(Finding::mistake("wake-is-the-news").saw(format!(
            "poll {poll} returned `Ready`, and the callback had not been called"
        )));
    }
    Ok(())
}

fn must_be_ready(
    alarm: &mut Pin<Box<Alarm>>,
    task: &Arc<CountWaker>,
    story: &str,
) -> Verdict {
    if task.poll(alarm).is_pending() {
        return Err(Finding::unnamed("A ring was forgotten")
            .saw(format!("{story}, and the next poll returned `Pending`"))
            .because("The ring has to be kept until somebody looks."));
    }
    Ok(())
}

fn nothing_happens_before_it_rings() -> Verdict {
    let (mut alarm, _callback) = alarm()?;
    let task = CountWaker::new();
    must_be_pending(&mut alarm, &task, 1)?;
    // For a thread that somebody may have started. Whoever is right has none that wakes by now.
    thread::sleep(Duration::from_millis(30));
    match task.wakes() {
        0 => Ok(()),
        n => Err(Finding::mistake("self-wake-spin").saw(format!(
            "the task had polled once, and was woken {n} time(s) before the alarm rang"
        ))),
    }
}

fn a_poll_is_not_the_alarm() -> Verdict {
    let (mut alarm, _callback) = alarm()?;
    let task = CountWaker::new();
    (1..=4).try_for_each(|poll| must_be_pending(&mut alarm, &task, poll))
}

fn it_wakes_whoever_waits() -> Verdict {
    let (mut alarm, callback) = alarm()?;
    let task = CountWaker::new();
    must_be_pending(&mut alarm, &task, 1)?;
    callback();
    if wakes(&task) == 0 {
        return Err(Finding::mistake("pending-without-waker").saw(
            "`poll` returned `Pending`, then the alarm rang, and nobody was woken",
        ));
    }
    must_be_ready(&mut alarm, &task, "a task waited, the alarm rang, the task was woken")
}

/// The tasks that poll, in order; the last of them has to be woken.
fn the_last_of(order: &[usize]) -> Verdict {
    let (mut alarm, callback) = alarm()?;
    let tasks = [CountWaker::new(), CountWaker::new()];
    for (poll, task) in order.iter().enumerate() {
        must_be_pending(&mut alarm, &tasks[*task], poll + 1)?;
    }
    callback();
    let names = ["A", "B"];
    let last = *order.last().expect("somebody polls");
    if wakes(&tasks[last]) == 0 {
        let story: Vec<&str> = order.iter().map(|task| names[*task]).collect();
        let (a, b) = (tasks[0].wakes(), tasks[1].wakes());
        return Err(Finding::mistake("stale-waker").saw(format!(
            "polled by the tasks {}, the alarm woke A {a} time(s) and B {b} time(s)",
            story.join(", ")
        )));
    }
    must_be_ready(&mut alarm, &tasks[last], "the alarm rang")
}

fn it_wakes_the_last_who_polled() -> Verdict {
    the_last_of(&[0, 1])
}

fn it_wakes_the_first_again_when_it_came_back() -> Verdict {
    the_last_of(&[0, 1, 0])
}

fn it_may_ring_before_anybody_looks() -> Verdict {
    let (mut alarm, callback) = alarm()?;
    callback();
    must_be_ready(&mut alarm, &CountWaker::new(), "the alarm rang before the first poll")
}

fn it_may_ring_at_once() -> Verdict {
    probe::if_it_hangs(
        Finding::mistake("locked-twice").saw("`set` called the callback at once"),
    );
    let mut alarm = Box::pin(Alarm::new(|callback| callback()));
    must_be_ready(&mut alarm, &CountWaker::new(), "the alarm rang inside of `set`")
}

/// Has the task polled by another thread at once, as an executor may, and gives that thread the time.
struct Eager {
    wakes: AtomicUsize,
    woken: mpsc::Sender<()>,
    polled: Mutex<mpsc::Receiver<()>>,
}

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, SeqCst);
        let _ = self.woken.send(());
        let polled = self.polled.lock().expect("nobody panics with the lock");
        // First it says that it begins. And then that it is done, but that is not waited for without
        // end: whoever wakes may hold a lock that the poll needs.
        let _ = polled.recv();
        let _ = polled.recv_timeout(Duration::from_millis(500));
    }
}

fn a_task_that_looks_as_soon_as_it_is_woken_sees_the_ring() -> Verdict {
    let (mut alarm, callback) = alarm()?;
    let (woken, is_woken) = mpsc::channel();
    let (polled, is_polled) = mpsc::channel();
    let (tell, polls) = mpsc::channel();
    let eager = Arc::new(Eager {
        wakes: AtomicUsize::new(0),
        woken,
        polled: Mutex::new(is_polled),
    });
    let waker = Waker::from(eager.clone());
    if alarm.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
        return Err(Finding::mistake("wake-is-the-news")
            .saw("poll 1 returned `Ready`, and the callback had not been called"));
    }
    thread::spawn(move || {
        for () in is_woken {
            let _ = polled.send(());
            let ready = alarm.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
            let _ = tell.send(ready);
            let _ = polled.send(());
            if ready {
                break;
            }
        }
    });
    callback();
    // By now, the wake that comes has come, or will soon, if it comes from a third thread.
    let start = Instant::now();
    while eager.wakes.load(SeqCst) == 0 && start.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..eager.wakes.load(SeqCst) {
        if polls.recv() != Ok(false) {
            return Ok(());
        }
    }
    Err(Finding::mistake("wake-then-set").saw(
        "the callback woke the task, which was polled at once and returned `Pending`; no other wake came",
    ))
}

/// A callback for another thread to call.
struct Bell {
    callback: Callback,
    /// Whether it is about to be called.
    now: Arc<AtomicBool>,
    /// Told when it has been.
    rang: mpsc::Sender<()>,
}

/// A few nanoseconds a turn.
fn pause(turns: usize) {
    for turn in 0..turns {
        black_box(turn);
    }
}

/// Calls one callback after the other, each at some moment of its own.
fn ring(bells: mpsc::Receiver<Bell>) {
    for (n, bell) in bells.into_iter().enumerate() {
        thread::sleep(Duration::from_micros((n * 37 % 100) as u64));
        bell.now.store(true, SeqCst);
        pause(n * 13 % 60);
        (bell.callback)();
        let _ = bell.rang.send(());
    }
}

/// Two tasks poll in turn, without a pause, until the other thread rings. With two cores, it rings while a poll
/// is under way; with one, its thread takes the core away from a poll, at whatever line that is. Either
/// way, whoever polled last has to be woken. What is lost is lost for certain. That it is found is a matter of
/// chance, but each try has several in a hundred, and there are hundreds of tries.
fn a_ring_in_the_middle_of_a_poll_is_not_missed() -> Verdict {
    const TRIES: usize = 300;
    const POLLS: usize = 3_000;
    let (bells, rung) = mpsc::channel();
    let ringing = thread::spawn(move || ring(rung));
    let (start, mut tries) = (Instant::now(), 0);
    let mut verdict = Ok(());
    while verdict.is_ok()
        && (tries < TRIES || start.elapsed() < Duration::from_millis(700))
        && start.elapsed() < Duration::from_secs(4)
    {
        tries += 1;
        let (mut alarm, callback) = alarm()?;
        let tasks = [CountWaker::new(), CountWaker::new()];
        let wakers = tasks.each_ref().map(CountWaker::waker);
        let now = Arc::new(AtomicBool::new(false));
        let (rang, has_rung) = mpsc::channel();
        let bell = Bell { callback, now: now.clone(), rang };
        bells.send(bell).expect("the other thread waits for it");
        let (mut ready, mut polls) = (false, 0);
        while !ready && (polls == 0 || polls < POLLS && !now.load(SeqCst)) {
            polls += 1;
            let mut cx = Context::from_waker(&wakers[polls % 2]);
            ready = alarm.as_mut().poll(&mut cx).is_ready();
        }
        has_rung.recv().expect("the other thread calls what it is given");
        if ready {
            continue;
        }
        let last = &tasks[polls % 2];
        verdict = match wakes(last) {
            0 => Err(Finding::mistake("check-then-register").saw(
                "two tasks polled in turn when the alarm rang; the last poll returned `Pending`, and its task was not woken",
            )),
            _ => must_be_ready(&mut alarm, last, "the alarm rang during a poll"),
        };
    }
    drop(bells);
    drop(ringing.join());
    verdict
}

fn it_may_be_dropped_early() -> Verdict {
    let (mut alarm, callback) = alarm()?;
    must_be_pending(&mut alarm, &CountWaker::new(), 1)?;
    drop(alarm);
    callback();
    Ok(())
}
