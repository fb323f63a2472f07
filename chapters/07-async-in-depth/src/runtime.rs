//! An executor with threads of its own.

use std::future::pending;
use std::io;
use std::thread::{self, JoinHandle};

use crate::reactor::Reactor;
use crate::{Executor, block_on};

/// An executor, its worker threads, and the reactor.
///
/// Dropping it drops every task that has not ended, and waits for its threads. A task must not
/// be the one to drop it.
#[derive(Debug)]
pub struct Runtime {
    executor: Option<Executor>,
    workers: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// A runtime with a worker for each core.
    ///
    /// # Errors
    ///
    /// If the operating system has no thread or no selector for us.
    pub fn new() -> io::Result<Runtime> {
        Runtime::with_workers(thread::available_parallelism().map_or(1, usize::from))
    }

    // ANCHOR: runtime
    /// A runtime with this many workers.
    ///
    /// # Errors
    ///
    /// If the operating system has no thread or no selector for us.
    pub fn with_workers(count: usize) -> io::Result<Runtime> {
        Reactor::get()?;
        let executor = Executor::new();
        drop(executor.spawn(pending::<()>())); // so that the workers never run out of work
        let worker = |n| {
            thread::Builder::new().name(format!("worker {n}")).spawn(executor.worker())
        };
        let workers = (0..count).map(worker).collect::<io::Result<_>>()?;
        Ok(Runtime { executor: Some(executor), workers })
    }

    /// Runs a future on this thread until it ends, and spawned tasks on the workers.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = self.executor.as_ref().map(Executor::enter);
        block_on(future)
    }
    // ANCHOR_END: runtime
}

impl Drop for Runtime {
    fn drop(&mut self) {
        drop(self.executor.take()); // drops its tasks, so the workers have no more to do
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}
