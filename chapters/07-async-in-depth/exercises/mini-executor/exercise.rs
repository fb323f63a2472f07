//! # An executor
//!
//! Write the part that calls `poll`: tasks, their wakers, and the loop that everybody waits for.
//!
//! At the end:
//!
//! - `run` polls each task, on the thread that called `run`: once to begin with, and again after a wake,
//!   including a wake that comes during the poll; several wakes before a poll are one; wakes may come from
//!   any thread;
//! - a task that nobody has woken is not polled again, and one that wakes itself lets the others go first;
//! - while no task is ready, the thread sleeps;
//! - `run` returns when every task has ended, and not before; a task may spawn others;
//! - a wake after the end does no harm.
//!
//! Change whatever you like, except for the signatures of `new`, `spawn` and `run`. No `unsafe` is
//! needed, and no crate.
//!
//! ```console
//! $ cargo course check mini-executor
//! ```

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::Wake;

/// Runs tasks on the thread that calls `run`.
#[derive(Default)]
pub struct Executor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Notified when there is something new in the queue.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Tasks to be polled.
    ready: VecDeque<Arc<Task>>,
    // TODO: how does `run` know that it is done?
}

struct Task {
    /// `None` once it has ended.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    shared: Arc<Shared>,
    // TODO: should one task be in the queue twice?
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        // TODO: this is called by anybody, at any time, from any thread.
        todo!()
    }
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        Executor::default()
    }

    /// Makes a task of a future. May be called inside a task, too.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let _ = Task {
            future: Mutex::new(Some(Box::pin(future))),
            shared: self.shared.clone(),
        };
        todo!()
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        let _ = (&self.shared.queue, &self.shared.changed);
        // TODO: `Waker::from(task)` makes a waker, `Context::from_waker(&waker)` a context.
        todo!()
    }
}
