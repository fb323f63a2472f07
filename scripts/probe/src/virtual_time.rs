use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::{Instant, timeout};

use crate::wake::{Busy, CountPolls};
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
    /// The panic's message.
    pub message: String,
    /// `file:line` of the panic, if known.
    pub place: String,
}

/// What a run cost, beside its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Virtual time from start to end: exact, to the millisecond of Tokio's timer.
    pub elapsed: Duration,
    /// Spawned tasks that had not ended when the answer did.
    pub alive_tasks: usize,
    /// Polls of the answer's own future, spawned tasks not counted.
    pub polls: usize,
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
/// over before a packet arrives. A busy
/// *spawned* task or a blocked thread is found by the watchdog only (see [`if_it_hangs`](crate::if_it_hangs)).
pub fn virtual_time<F: Future>(answer: impl FnOnce() -> F) -> Run<F::Output> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a current-thread runtime can be built");
    let started = {
        let _inside = runtime.enter();
        Instant::now()
    };
    let counted = CountPolls::counter();
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let answer =
                CountPolls::with_counter(answer(), counted.clone()).budget(POLL_BUDGET);
            timeout(VIRTUAL_LIMIT, answer).await
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
        alive_tasks: runtime.metrics().num_alive_tasks(),
        polls: counted.get(),
    };
    // Not `drop`: that would wait for an answer's blocking threads.
    runtime.shutdown_background();
    Run { end, stats }
}

/// Whether this is what Tokio says, in a panic or an error, when it is called where it cannot be: outside a
/// runtime, inside one that must not block, or in one that is gone.
pub fn is_of_a_runtime(message: &str) -> bool {
    let words = [
        "no reactor running",
        "Cannot start a runtime",
        "Cannot block the current thread",
        "Cannot drop a runtime",
        "can call blocking only",
        "A Tokio 1.x context was found",
    ];
    words.iter().any(|words| message.contains(words))
}

/// What a caught panic said. Its place is what the runner's panic hook noted.
pub(crate) fn note(payload: &(dyn Any + Send)) -> PanicNote {
    let message = run::message(payload).to_owned();
    let place = run::place_of(&message).unwrap_or_default();
    PanicNote { message, place }
}
