//! Holds the callback, and calls it before, between and after polls by two different tasks.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/alarm/solution.rs"
)]
mod exercise;

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use exercise::Alarm;
use probe::words::times;
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
        a_task_that_is_polled_inside_the_wake_sees_the_ring,
        it_may_be_dropped_early,
        nobody_has_been_woken_all_the_while,
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

/// An alarm, and the callback that makes it ring.
type Silent = (Pin<Box<Alarm>>, Callback);

/// An alarm that does not ring before the check is over, and the task that waits for it.
static SILENT: OnceLock<(Mutex<Silent>, Arc<CountWaker>)> = OnceLock::new();

fn nothing_happens_before_it_rings() -> Verdict {
    let (mut alarm, callback) = alarm()?;
    let task = CountWaker::new();
    must_be_pending(&mut alarm, &task, 1)?;
    // For a thread that somebody may have started. Whoever is right has none that wakes by now.
    thread::sleep(Duration::from_millis(30));
    not_woken(&task, "the task had polled once")?;
    let _ = SILENT.set((Mutex::new((alarm, callback)), task));
    Ok(())
}

/// By now, some time has gone by.
fn nobody_has_been_woken_all_the_while() -> Verdict {
    let Some((_, task)) = SILENT.get() else { return Ok(()) };
    not_woken(task, "the task had polled once, some time ago")
}

fn woken(wakes: usize) -> String {
    match wakes {
        0 => "not woken".into(),
        n => format!("woken {}", times(n)),
    }
}

fn not_woken(task: &CountWaker, story: &str) -> Verdict {
    match task.wakes() {
        0 => Ok(()),
        n => Err(Finding::mistake("self-wake-spin")
            .saw(format!("{story}, and was woken {} before the alarm rang", times(n)))),
    }
}

fn a_poll_is_not_the_alarm() -> Verdict {
    let (mut alarm, _callback) = alarm()?;
    let task = CountWaker::new();
    for poll in 1..=4 {
        must_be_pending(&mut alarm, &task, poll)?;
        not_woken(&task, &format!("the task had polled {}", times(poll)))?;
    }
    let other = CountWaker::new();
    must_be_pending(&mut alarm, &other, 5)?;
    dropping_may_hang();
    match task.wakes() + other.wakes() {
        0 => Ok(()),
        _ => Err(Finding::unnamed("A task was woken before the alarm rang")
            .saw(format!(
                "A polled, then B polled: A was {}, and B was {}, and the callback had not been called",
                woken(task.wakes()),
                woken(other.wakes())
            ))
            .because("a wake says that there is something to see, and there is nothing yet: the waker of an earlier poll is dropped, not woken")),
    }
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
            "polled by the tasks {}: when the alarm rang, A was {}, and B was {}",
            story.join(", "),
            woken(a),
            woken(b)
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
    if CountWaker::new().poll(&mut alarm).is_pending() {
        return Err(Finding::mistake("notify-remembers")
            .saw("the alarm rang before the first poll, which returned `Pending`"));
    }
    Ok(())
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
        && start.elapsed() < Duration::from_secs(2)
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
        if has_rung.recv().is_err() {
            verdict = Err(Finding::mistake("panicked").saw(
                "two tasks polled in turn when the alarm rang, and the callback panicked",
            ));
            break;
        }
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

/// Polls its task inside of `wake`, on the thread that wakes, as an executor may.
struct Inline {
    alarm: Mutex<Option<Pin<Box<Alarm>>>>,
    ready: AtomicBool,
    wakes: AtomicUsize,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let alarm = self.alarm.lock().expect("nobody panics with the lock").take();
        if let Some(mut alarm) = alarm {
            let waker = Waker::from(self.clone());
            let polled = alarm.as_mut().poll(&mut Context::from_waker(&waker));
            self.ready.store(polled.is_ready(), SeqCst);
        }
        self.wakes.fetch_add(1, SeqCst);
    }
}

fn a_task_that_is_polled_inside_the_wake_sees_the_ring() -> Verdict {
    probe::if_it_hangs(Finding::mistake("locked-twice").saw(
        "the callback woke the task, `wake` polled it at once, and that poll did not return: the callback still held the lock that `poll` takes",
    ));
    let (mut alarm, callback) = alarm()?;
    let task = Arc::new(Inline {
        alarm: Mutex::new(None),
        ready: AtomicBool::new(false),
        wakes: AtomicUsize::new(0),
    });
    let waker = Waker::from(task.clone());
    if alarm.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
        return Err(Finding::mistake("wake-is-the-news")
            .saw("poll 1 returned `Ready`, and the callback had not been called"));
    }
    *task.alarm.lock().expect("nobody panics with the lock") = Some(alarm);
    callback();
    // It may come from a third thread.
    let start = Instant::now();
    while task.wakes.load(SeqCst) == 0 && start.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(1));
    }
    if task.ready.load(SeqCst) {
        return Ok(());
    }
    Err(Finding::mistake("wake-then-set").saw(
        "the callback woke the task, `wake` polled it at once, and it returned `Pending`",
    ))
}

fn dropping_may_hang() {
    probe::if_it_hangs(
        Finding::unnamed("An alarm that was dropped early did harm").saw(
            "an alarm was dropped before it rang, and that, or the callback after it, did not return",
        ),
    );
}

fn it_may_be_dropped_early() -> Verdict {
    dropping_may_hang();
    for polled in [true, false] {
        let (mut alarm, callback) = alarm()?;
        let story = match polled {
            true => "an alarm was polled and dropped",
            false => "an alarm was dropped before its first poll",
        };
        if polled {
            must_be_pending(&mut alarm, &CountWaker::new(), 1)?;
            dropping_may_hang();
        }
        drop(alarm);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(callback)) {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            return Err(Finding::mistake("error-became-panic").saw(format!(
                "{story}; then the old library called the callback, which panicked: {}",
                text.unwrap_or("without a text")
            )));
        }
    }
    Ok(())
}
