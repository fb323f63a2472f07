use std::future::Future;
use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};

/// A runtime whose pool of blocking threads has room for so many jobs and no more.
///
/// Its clock is real, or paused if it is made with [`paused`](Pool::paused); while a job is under way, a paused
/// clock moves by [`tokio::time::advance`] alone. When dropped, it does not wait for its jobs.
///
/// ```
/// let pool = probe::Pool::new(1);
/// let full = pool.occupy();
/// let job = pool.runtime().spawn_blocking(|| 7); // it waits for a thread
/// drop(full);
/// assert_eq!(pool.block_on(job).unwrap(), 7);
/// ```
#[derive(Debug)]
pub struct Pool {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    threads: usize,
}

/// As long as this is there, every thread of a [`Pool`] is busy.
#[derive(Debug)]
#[must_use = "the threads are free again when this is dropped"]
pub struct Occupied {
    _jobs: Vec<mpsc::Sender<()>>,
}

impl Pool {
    /// A current-thread runtime with a pool of `threads` threads.
    pub fn new(threads: usize) -> Pool {
        Pool::build(threads, false)
    }

    /// The same, with a paused clock.
    pub fn paused(threads: usize) -> Pool {
        Pool::build(threads, true)
    }

    fn build(threads: usize, paused: bool) -> Pool {
        let mut builder = Builder::new_current_thread();
        builder.enable_all().max_blocking_threads(threads).start_paused(paused);
        Pool { runtime: Some(builder.build().expect("a runtime can be built")), threads }
    }

    /// The runtime itself.
    pub fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is there until the pool is dropped")
    }

    /// Runs a future on the runtime.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime().block_on(future)
    }

    /// Gives every thread of the pool a job that ends when the returned value is dropped, and
    /// returns when all of them have begun. It waits for jobs that are under way.
    pub fn occupy(&self) -> Occupied {
        let (begun, begins) = mpsc::channel();
        let job = |_| {
            let begun = begun.clone();
            let (end, ended) = mpsc::channel();
            self.runtime().spawn_blocking(move || {
                let _ = begun.send(());
                // An error says that it is over.
                let _ = ended.recv();
            });
            end
        };
        let _jobs = (0..self.threads).map(job).collect();
        for _ in 0..self.threads {
            begins.recv().expect("every job begins");
        }
        Occupied { _jobs }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
