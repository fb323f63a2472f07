use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use tokio::task;
use tokio::time::Instant;

/// A record of operations that the check hands to an answer.
///
/// Wrap each leaf operation in [`run`](Ops::run); afterwards ask what happened. Clones share the record.
///
/// ```
/// # use std::time::Duration;
/// # use probe::{Ops, virtual_time};
/// let ops = Ops::new();
/// let get = |key| ops.run(key, tokio::time::sleep(Duration::from_millis(100)));
/// let run = virtual_time(|| async { tokio::join!(get("a"), get("b")) });
/// assert_eq!(run.stats.elapsed.as_millis(), 100);
/// assert_eq!((ops.starts(), ops.peak(), ops.task_ids().len()), (2, 2, 0));
/// ```
#[derive(Clone, Default)]
pub struct Ops {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    first: Option<Instant>,
    log: Vec<Event>,
    in_flight: usize,
    peak: usize,
}

/// What happened to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was polled for the first time.
    Started,
    /// It ran to its end.
    Ended,
    /// It was dropped after it started and before it ended.
    Dropped,
}

/// One line of the record.
#[derive(Clone, Debug)]
pub struct Event {
    /// The operation's label.
    pub label: String,
    /// What happened to it.
    pub what: What,
    /// When, on Tokio's clock, since the first event of the record.
    pub at: Duration,
    /// In which task; `None` in the future that `block_on` runs.
    pub task: Option<task::Id>,
    /// On which thread.
    pub thread: ThreadId,
}

impl Ops {
    /// An empty record.
    pub fn new() -> Ops {
        Ops::default()
    }

    /// `operation`, recorded under `label`. Nothing is recorded before the first poll.
    pub fn run<L: Into<String>, F: Future>(
        &self,
        label: L,
        operation: F,
    ) -> impl Future<Output = F::Output> + use<L, F> {
        let (ops, label) = (self.clone(), label.into());
        async move {
            let mut running = Running::start(ops, label);
            let output = operation.await;
            running.end();
            output
        }
    }

    /// How many operations have started.
    pub fn starts(&self) -> usize {
        self.count(What::Started)
    }

    /// How many ran to their end.
    pub fn ends(&self) -> usize {
        self.count(What::Ended)
    }

    /// How many were dropped in the middle.
    pub fn drops(&self) -> usize {
        self.count(What::Dropped)
    }

    /// How many were under way at the same time, at the most.
    pub fn peak(&self) -> usize {
        self.lock().peak
    }

    /// How many are under way now.
    pub fn in_flight(&self) -> usize {
        self.lock().in_flight
    }

    /// The tasks that operations started in, without the future that `block_on` runs.
    pub fn task_ids(&self) -> BTreeSet<String> {
        let inner = self.lock();
        let starts = inner.log.iter().filter(|event| event.what == What::Started);
        starts.filter_map(|event| event.task).map(|id| id.to_string()).collect()
    }

    /// Everything that happened, in order.
    pub fn log(&self) -> Vec<Event> {
        self.lock().log.clone()
    }

    fn count(&self, what: What) -> usize {
        self.lock().log.iter().filter(|event| event.what == what).count()
    }

    fn record(&self, label: &str, what: What) {
        let mut inner = self.lock();
        match what {
            What::Started => inner.in_flight += 1,
            What::Ended | What::Dropped => inner.in_flight -= 1,
        }
        inner.peak = inner.peak.max(inner.in_flight);
        let now = Instant::now();
        let at = now - *inner.first.get_or_insert(now);
        let (task, thread) = (task::try_id(), std::thread::current().id());
        inner.log.push(Event { label: label.into(), what, at, task, thread });
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.lock().log).finish()
    }
}

/// Records the end of an operation, or that it was dropped before its end.
struct Running {
    ops: Ops,
    label: String,
    ended: bool,
}

impl Running {
    fn start(ops: Ops, label: String) -> Running {
        ops.record(&label, What::Started);
        Running { ops, label, ended: false }
    }

    fn end(&mut self) {
        self.ended = true;
        self.ops.record(&self.label, What::Ended);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.ops.record(&self.label, What::Dropped);
        }
    }
}
