//! Real threads that meet, as often as it takes.

use std::hint::black_box;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// How many threads work [`together`]: more than cores, so that they get in each other's way on a
/// busy machine too.
pub const THREADS: usize = 8;

/// How many [`rounds`] there are at the most.
pub const ROUNDS: usize = 200;

/// How long the check keeps its lock at the beginning of a round, so that all threads come to wait
/// for it. From then on, whoever lets go of it wakes another one.
pub const HELD: Duration = Duration::from_millis(1);

/// The most time for one case to try its luck. The less it can try, the more luck a wrong answer
/// has; a right one needs none.
pub const ENOUGH: Duration = Duration::from_secs(3);

/// The rounds of a case that tries its luck: [`ROUNDS`] of them, fewer when [`ENOUGH`] has gone by,
/// and one at least.
pub fn rounds() -> impl Iterator<Item = usize> {
    let began = Instant::now();
    (0..ROUNDS).take_while(move |round| *round == 0 || began.elapsed() < ENOUGH)
}

/// A few [`rounds`], for answers that threads meet in many times in each: those that a second has room for, and one
/// at least.
pub fn brief_rounds() -> impl Iterator<Item = usize> {
    const BRIEF: Duration = Duration::from_millis(900);
    const FEW: usize = 25;
    let began = Instant::now();
    (0..FEW).take_while(move |round| *round == 0 || began.elapsed() < BRIEF)
}

/// A runtime for one of several threads, with a paused clock.
///
/// The clock of [`virtual_time`](crate::virtual_time) would not wait for the other threads.
pub fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime can be built")
}

/// One round: `work` on [`THREADS`] threads at the same moment. It gets the number of its thread,
/// from 0, and a [`runtime`] of its own.
///
/// `hold` takes the lock that the threads are to meet at, and calls what it is given while it
/// has it: then the threads begin, and [`HELD`] goes by. Without such a lock, it only makes the call.
///
/// ```
/// use std::sync::Mutex;
/// use probe::threads;
///
/// let count = Mutex::new(0);
/// for _ in threads::rounds().take(3) {
///     let hold = |go: &dyn Fn()| {
///         let _guard = count.lock().unwrap();
///         go();
///     };
///     let numbers = threads::together(hold, |_, runtime| {
///         runtime.block_on(async {
///             let mut count = count.lock().unwrap();
///             *count += 1;
///             *count
///         })
///     });
///     assert_eq!(numbers.len(), threads::THREADS);
/// }
/// assert_eq!(count.into_inner().unwrap(), 3 * threads::THREADS);
/// ```
///
/// # Panics
///
/// If `work` does, with the same words.
pub fn together<R: Send>(
    hold: impl FnOnce(&dyn Fn()),
    work: impl Fn(usize, &Runtime) -> R + Sync,
) -> Vec<R> {
    let ended = try_together(hold, work).into_iter();
    ended.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))).collect()
}

/// As [`together`], for a check to which a panic of `work` tells something.
pub fn try_together<R: Send>(
    hold: impl FnOnce(&dyn Fn()),
    work: impl Fn(usize, &Runtime) -> R + Sync,
) -> Vec<thread::Result<R>> {
    let start =
        Start { barrier: Barrier::new(THREADS + 1), begun: AtomicBool::new(false) };
    thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let worker = |number| {
            scope.spawn(move || {
                let runtime = runtime();
                start.barrier.wait();
                work(number, &runtime)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(worker).collect();
        // However `hold` ends, nobody is left waiting at the barrier.
        let begin_anyway = BeginAnyway(start);
        hold(&|| {
            start.begin();
            thread::sleep(HELD);
        });
        drop(begin_anyway);
        threads.into_iter().map(|thread| thread.join()).collect()
    })
}

struct Start {
    barrier: Barrier,
    begun: AtomicBool,
}

impl Start {
    fn begin(&self) {
        if !self.begun.swap(true, SeqCst) {
            self.barrier.wait();
        }
    }
}

struct BeginAnyway<'a>(&'a Start);

impl Drop for BeginAnyway<'_> {
    fn drop(&mut self) {
        self.0.begin();
    }
}

/// Where two threads meet every now and then, so that both have a core at the same moment. What they do for a
/// while after that, they do side by side.
///
/// For work that an answer puts on threads of its own choosing, in many small pieces: each of them
/// [`come`](Meeting::come)s. One that nobody meets goes on after a moment, and after many of those nobody
/// waits any more: on one thread, nobody ever comes.
///
/// ```
/// let meeting = probe::threads::Meeting::new();
/// meeting.come();
/// ```
#[derive(Debug, Default)]
pub struct Meeting {
    came: AtomicUsize,
    alone: AtomicUsize,
}

impl Meeting {
    /// Of how many that come two meet.
    const SPAN: usize = 8;

    /// How often one looks for the other: that is some hundred microseconds.
    const LOOKS: usize = 8_000;

    /// How many may look in vain.
    const ALONE: usize = 300;

    /// A meeting that nobody has come to.
    pub fn new() -> Meeting {
        Meeting::default()
    }

    /// Goes on at once, or waits a moment for another thread to come.
    pub fn come(&self) {
        let place = self.came.fetch_add(1, SeqCst);
        match place % Self::SPAN {
            0 if self.alone.load(SeqCst) < Self::ALONE => {
                let there = |_| self.came.load(SeqCst) > place + 1;
                if !(0..Self::LOOKS).any(there) {
                    self.alone.fetch_add(1, SeqCst);
                }
            }
            1 => {
                // The first one hears of it a little later, by how much nobody knows.
                for step in 0..place / Self::SPAN % 64 {
                    black_box(step);
                }
            }
            _ => {}
        }
    }
}

/// Does something while another real thread has a lock, and says whether it came to its end before that lock
/// was free.
///
/// `hold` takes the lock and calls what it is given while it has it. It has it until `act` returns, or else
/// for a twentieth of a second: so what waits for the lock gets it then, and what does not wait is told
/// apart, unless the machine stands still for that long.
///
/// ```
/// use std::sync::Mutex;
/// use probe::threads;
///
/// let count = Mutex::new(0);
/// let hold = |held: &dyn Fn()| {
///     let _guard = count.lock().unwrap();
///     held();
/// };
/// let (given_up, early) = threads::while_busy(hold, || count.try_lock().is_err());
/// assert!(given_up && early);
/// let (number, early) = threads::while_busy(hold, || *count.lock().unwrap());
/// assert!(number == 0 && !early);
/// ```
///
/// # Panics
///
/// If `act` does, with the same words.
pub fn while_busy<R>(
    hold: impl FnOnce(&dyn Fn()) + Send,
    act: impl FnOnce() -> R,
) -> (R, bool) {
    const BUSY: Duration = Duration::from_millis(50);
    let (held, is_held) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let free = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        let is_free = free.clone();
        scope.spawn(move || {
            hold(&|| {
                let _ = held.send(());
                // An error means that `act` is over.
                let late =
                    ended.recv_timeout(BUSY) == Err(mpsc::RecvTimeoutError::Timeout);
                is_free.store(late, SeqCst);
            });
        });
        let _ = is_held.recv();
        let result = act();
        let early = !free.load(SeqCst);
        drop(end);
        (result, early)
    })
}

/// Does something on another real thread, and waits until it is done.
///
/// So a message, a wake, or the drop of a sender comes from another thread, and yet at a moment that
/// the check chooses.
///
/// # Panics
///
/// If `act` does, with the same words.
pub fn elsewhere<R: Send>(act: impl FnOnce() -> R + Send) -> R {
    let ended = thread::scope(|scope| scope.spawn(act).join());
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Does something again and again on another real thread, with the numbers from 0, until it
/// returns `false` or the [`Feeder`] is dropped: a sender that does not wait for the answer's thread.
///
/// `blocking_send` into a bounded channel refills it as fast as an answer empties it. The thread is not
/// waited for: one that waits for room ends with the receiver.
pub fn feed(mut act: impl FnMut(usize) -> bool + Send + 'static) -> Feeder {
    let feeder = Feeder { stopped: Arc::default() };
    let stopped = feeder.stopped.clone();
    thread::spawn(move || {
        for number in 0.. {
            if stopped.load(SeqCst) || !act(number) {
                break;
            }
        }
    });
    feeder
}

/// The thread that [`feed`] started goes on for as long as this is there.
#[derive(Debug)]
#[must_use = "the thread stops when this is dropped"]
pub struct Feeder {
    stopped: Arc<AtomicBool>,
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.stopped.store(true, SeqCst);
    }
}
