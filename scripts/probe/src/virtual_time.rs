use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task;
use tokio::time::{Instant, advance, timeout};

use crate::wake::{Busy, CountPolls};
use crate::words::cut;
use crate::{Finding, run};

/// How much virtual time an answer gets before it counts as stuck: an hour.
pub const VIRTUAL_LIMIT: Duration = Duration::from_secs(3600);

/// How many times the answer's own future may be polled before it counts as busy.
pub const POLL_BUDGET: usize = 100_000;

/// How an answer ended.
#[derive(Debug)]
pub enum End<T> {
    /// It returned.
    Done(T),
    /// Nothing was left that could wake it: an hour of virtual time went by.
    Stuck,
    /// It was polled [`POLL_BUDGET`] times and time stood still: it asks again and again instead of waiting.
    Busy,
    /// It panicked.
    Panicked(PanicNote),
}

/// What a panic said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanicNote {
    /// The panic's message: its first 2 KiB.
    pub message: String,
    /// `file:line` of the panic, if known.
    pub place: String,
}

/// What a run cost, beside its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Virtual time from start to end: exact, to the millisecond of Tokio's timer.
    pub elapsed: Duration,
    /// Spawned tasks that had not ended when the answer did.
    pub alive_tasks: usize,
    /// Polls of the answer's own future, spawned tasks not counted.
    pub polls: usize,
    /// How often the thread gave up its core while it ran the answer or its tasks: `thread::sleep`,
    /// a lock or a channel that blocked, a join. `None` where the system does not tell (only Linux
    /// does).
    ///
    /// For naming what is known to be wrong, and for nothing else: a right answer may make it
    /// count, with a short wait for a lock or a file.
    pub blocked: Option<usize>,
}

/// How a run ended and what it cost.
#[derive(Debug)]
pub struct Run<T> {
    /// How it ended.
    pub end: End<T>,
    /// What it cost.
    pub stats: Stats,
}

impl<T> Run<T> {
    /// The result of a run that ended well.
    ///
    /// # Errors
    ///
    /// The finding that says how else it ended: `stuck`, `busy`, `panicked`.
    pub fn done(self) -> Result<(T, Stats), Finding> {
        match self.end {
            End::Done(value) => Ok((value, self.stats)),
            End::Stuck => Err(Finding::mistake("stuck").saw(
                "the answer was still waiting, and nothing was left that could wake it",
            )),
            End::Busy => Err(Finding::mistake("busy").saw(format!(
                "the answer was polled {POLL_BUDGET} times without getting on"
            ))),
            End::Panicked(note) => Err(run::panicked(&note)),
        }
    }
}

/// Runs an answer to its end on a current-thread runtime with a paused clock.
///
/// Time moves only when every task is waiting, and then at once to the next timer, so an
/// hour takes no time, elapsed time is exact, and a deadlock shows in a tenth of a
/// millisecond. `answer` is called inside the runtime.
///
/// Not for answers that wait on another thread, or on a socket: the clock does not wait for them, and the hour is
/// over before a packet arrives. (While a job of the blocking pool is under way it stands still, see
/// [`virtual_time_with_pool`].) A busy
/// *spawned* task or a blocked thread is found by the watchdog only (see [`if_it_hangs`](crate::if_it_hangs)).
pub fn virtual_time<F: Future>(answer: impl FnOnce() -> F) -> Run<F::Output> {
    run_paused(false, answer)
}

/// As [`virtual_time`], for answers that may use the clock on a blocking thread, as with `Handle::block_on` in
/// `spawn_blocking`.
///
/// Tokio's paused clock stands still while a job of the blocking pool is under way. Here, when nothing else
/// moves either, it goes on, ten times as fast as a real one. So what such an answer cost in virtual
/// time is inexact; of an answer without such a job it is as exact as ever.
pub fn virtual_time_with_pool<F: Future>(answer: impl FnOnce() -> F) -> Run<F::Output> {
    run_paused(true, answer)
}

fn run_paused<F: Future>(with_pool: bool, answer: impl FnOnce() -> F) -> Run<F::Output> {
    let blocked = Arc::new(Blocked::default());
    let parks = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new_current_thread();
    builder
        .enable_all()
        .start_paused(true)
        .on_thread_park({
            let (blocked, parks) = (blocked.clone(), parks.clone());
            move || {
                parks.fetch_add(1, Relaxed);
                blocked.pause();
            }
        })
        .on_thread_unpark({
            let blocked = blocked.clone();
            move || blocked.go_on()
        });
    let runtime = builder.build().expect("a current-thread runtime can be built");
    let started = {
        let _inside = runtime.enter();
        Instant::now()
    };
    let counted = CountPolls::counter();
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let _clock = with_pool.then(|| task::spawn(keep_going(parks)));
            blocked.go_on();
            let answer =
                CountPolls::with_counter(answer(), counted.clone()).budget(POLL_BUDGET);
            let ended = timeout(VIRTUAL_LIMIT, answer).await;
            blocked.pause();
            ended
        })
    }));
    let elapsed = {
        let _inside = runtime.enter();
        started.elapsed()
    };
    let end = match result {
        // At the limit the answer is polled once more: what it needed was there, and no wake.
        Ok(Ok(Ok(_))) if elapsed >= VIRTUAL_LIMIT => End::Stuck,
        Ok(Ok(Ok(value))) => End::Done(value),
        Ok(Ok(Err(Busy))) => End::Busy,
        Ok(Err(_)) => End::Stuck,
        Err(payload) => End::Panicked(note(&*payload)),
    };
    let stats = Stats {
        elapsed,
        alive_tasks: runtime.metrics().num_alive_tasks() - usize::from(with_pool),
        polls: counted.get(),
        blocked: blocked.count(),
    };
    // Not `drop`: that would wait for an answer's blocking threads.
    runtime.shutdown_background();
    Run { end, stats }
}

/// Moves a paused clock that stands still because of a job of the blocking pool.
///
/// The runtime had nothing to do, and the clock did not jump to the next timer, although there
/// always is one: that of the limit. So a job holds the clock. A tick that comes in the
/// moment of a jump can look the same, but not three of them in a row.
async fn keep_going(parks: Arc<AtomicUsize>) {
    const TICK: Duration = Duration::from_millis(1);
    const STEP: Duration = Duration::from_millis(10);
    let (tick, mut ticks) = mpsc::channel(1);
    thread::spawn(move || {
        while tick.blocking_send(()).is_ok() {
            thread::sleep(TICK);
        }
    });
    let look = || (Instant::now(), parks.load(Relaxed));
    let (mut before, mut still) = (look(), 0);
    while ticks.recv().await.is_some() {
        let now = look();
        still = if now.0 == before.0 && now.1 > before.1 { still + 1 } else { 0 };
        if still >= 3 {
            advance(STEP).await;
            // The clock moved because of us, and nothing is known to have let go of it.
            still = 2;
        }
        before = look();
    }
}

/// Counts how often a thread gives up its core by itself, with pauses for the runtime's own waits.
#[derive(Debug, Default)]
struct Blocked {
    count: AtomicU64,
    since: AtomicU64,
    going: AtomicBool,
}

impl Blocked {
    fn go_on(&self) {
        if let Some(now) = switches() {
            self.since.store(now, Relaxed);
            self.going.store(true, Relaxed);
        }
    }

    fn pause(&self) {
        if self.going.swap(false, Relaxed)
            && let Some(now) = switches()
        {
            self.count.fetch_add(now.saturating_sub(self.since.load(Relaxed)), Relaxed);
        }
    }

    fn count(&self) -> Option<usize> {
        // A panic came in between.
        self.pause();
        switches()?;
        usize::try_from(self.count.load(Relaxed)).ok()
    }
}

/// How often this thread gave up its core by itself, so far.
fn switches() -> Option<u64> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use nix::sys::resource::{UsageWho, getrusage};
        let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
        u64::try_from(usage.voluntary_context_switches()).ok()
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    None
}

/// What Tokio says, in a panic or an error, when it is called where it cannot be, and why it says so.
const OF_A_RUNTIME: [(&str, &str); 9] = [
    (
        "no reactor running",
        "a socket, a timer or a task was made on a thread that was in no runtime. It needs the one it \
         belongs to: inside its `block_on`, or with its `enter`.",
    ),
    (
        "Cannot start a runtime",
        "`block_on` was called on a thread that polls tasks. Such a thread may not block to wait for a \
         future: in `async` code, that is what `.await` is for.",
    ),
    (
        "Cannot block the current thread",
        "a call that blocks was made on a thread that polls tasks. Such a thread may not block: in `async` \
         code, use the call that is awaited.",
    ),
    (
        "Cannot drop a runtime",
        "a runtime that is dropped waits for its threads, and a thread that polls tasks may not wait. \
         `shutdown_background` does not wait, and may be called anywhere.",
    ),
    (
        "can call blocking only",
        "`block_in_place` hands its worker's tasks to another thread, and a current-thread runtime has no \
         other.",
    ),
    (
        "is being shutdown",
        "the runtime is gone in which the socket, the timer or the task was made. It has to live as long as \
         they do.",
    ),
    (
        "IO is disabled",
        "the runtime was built without its I/O driver, and a socket needs it: `enable_all` or `enable_io`.",
    ),
    (
        "timers are disabled",
        "the runtime was built without its timer, and a sleep needs it: `enable_all` or `enable_time`.",
    ),
    (
        "`spawn_local` called from outside",
        "`spawn_local` works inside a `LocalSet` or a local runtime only, where all tasks stay on one thread.",
    ),
];

/// Whether this is what Tokio says, in a panic or an error, when it is called where it cannot be: outside a
/// runtime, inside one that must not block, or in one that is gone.
pub fn is_of_a_runtime(message: &str) -> bool {
    message.contains("A Tokio 1.x context was found") || cause(message).is_some()
}

/// The finding for such words of Tokio's, with the one cause that they have. What was seen is the
/// message; a check that knows more replaces it.
///
/// ```
/// let words = "Cannot drop a runtime in a context where blocking is not allowed.";
/// let finding = probe::of_a_runtime(words).expect("that is of a runtime");
/// assert_eq!(finding.id(), Some("runtime-is-everywhere"));
/// assert!(probe::of_a_runtime("index out of bounds").is_none());
/// ```
pub fn of_a_runtime(message: &str) -> Option<Finding> {
    let finding = is_of_a_runtime(message).then(|| {
        Finding::mistake("runtime-is-everywhere").saw(format!("a panic, “{message}”"))
    });
    match cause(message) {
        Some(cause) => finding.map(|finding| finding.because(cause)),
        None => finding,
    }
}

fn cause(message: &str) -> Option<&'static str> {
    let mut known = OF_A_RUNTIME.iter();
    known.find(|(words, _)| message.contains(words)).map(|(_, cause)| *cause)
}

/// Whether this is what a future of rustc, of Tokio, or of `futures` says in a panic when it is polled after it has
/// returned.
pub fn is_after_the_end(message: &str) -> bool {
    let words = [
        "resumed after completion",
        "called after complete",
        "polled after completion",
        "polled after complete",
        "must not be polled after it returned",
    ];
    words.iter().any(|words| message.contains(words))
}

/// What a caught panic said. Its place is what the runner's panic hook noted.
pub(crate) fn note(payload: &(dyn Any + Send)) -> PanicNote {
    let message = cut(run::message(payload));
    let place = run::place_of(&message).unwrap_or_default();
    PanicNote { message, place }
}
