//! Tokio's `runtime`, with all that spawns recorded.

use std::future::Future;
use std::io;
use std::ops::Deref;
use std::time::Duration;

pub use ::tokio::runtime::*;

use ::timeline::{Recorded, TaskKind};
use ::tokio::runtime as real;

use crate::recording::{
    name, name_of_main, recorder, save, save_at_exit, save_now_and_then,
};
use crate::task::JoinHandle;

/// As `tokio::runtime::Runtime`. When it ends the record is written.
#[derive(Debug)]
pub struct Runtime {
    /// `None` once it was shut down.
    inner: Option<real::Runtime>,
    handle: Handle,
}

impl Runtime {
    /// As Tokio's.
    ///
    /// # Errors
    ///
    /// The system has no threads, or no descriptors, to give.
    pub fn new() -> io::Result<Runtime> {
        real::Runtime::new().map(Runtime::of)
    }

    fn of(inner: real::Runtime) -> Runtime {
        let handle = Handle { inner: inner.handle().clone() };
        Runtime { inner: Some(inner), handle }
    }

    /// As Tokio's.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle.spawn(future)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(f)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let output = (**self).block_on(self.given(name_of_main(), future));
        save_now_and_then();
        output
    }

    /// What `block_on` gets to run.
    pub(crate) fn given<F: Future>(&self, name: String, future: F) -> Recorded<F> {
        self.handle.given(name, future)
    }

    /// As Tokio's.
    pub fn shutdown_timeout(mut self, duration: Duration) {
        if let Some(inner) = self.inner.take() {
            inner.shutdown_timeout(duration);
        }
    }

    /// As Tokio's.
    pub fn shutdown_background(mut self) {
        if let Some(inner) = self.inner.take() {
            inner.shutdown_background();
        }
    }
}

impl Deref for Runtime {
    type Target = real::Runtime;

    fn deref(&self) -> &Self::Target {
        self.inner.as_ref().expect("it is there until the end")
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // First, since it drops its tasks.
        drop(self.inner.take());
        save();
    }
}

/// As `tokio::runtime::Handle`.
#[derive(Clone, Debug)]
pub struct Handle {
    inner: real::Handle,
}

impl Handle {
    /// As Tokio's.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    #[track_caller]
    pub fn current() -> Handle {
        Handle { inner: real::Handle::current() }
    }

    /// As Tokio's.
    ///
    /// # Errors
    ///
    /// Outside a Tokio runtime.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        real::Handle::try_current().map(|inner| Handle { inner })
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let name = name::<F>("task");
        let future = self.clocked(|| recorder().spawned(name, future));
        let child = future.child();
        JoinHandle::new(self.inner.spawn(future), child)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let name = name::<F>("blocking");
        let (job, child) = self.clocked(|| recorder().job(name, f));
        JoinHandle::new(self.inner.spawn_blocking(job), child)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let output = self.inner.block_on(self.given(name_of_main(), future));
        save_now_and_then();
        output
    }

    fn given<F: Future>(&self, name: String, future: F) -> Recorded<F> {
        save_at_exit();
        self.clocked(|| recorder().recorded(name, TaskKind::BlockOn, future))
    }

    /// What happens in `f` has this runtime's time.
    fn clocked<T>(&self, f: impl FnOnce() -> T) -> T {
        let _inside = self.inner.enter();
        f()
    }
}

impl Deref for Handle {
    type Target = real::Handle;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

/// As `tokio::runtime::Builder`.
#[derive(Debug)]
pub struct Builder {
    inner: real::Builder,
}

macro_rules! settings {
    ($($name:ident($($value:ident: $type:ty)?);)*) => {
        impl Builder {
            $(
                /// As Tokio's.
                #[track_caller]
                pub fn $name(&mut self $(, $value: $type)?) -> &mut Builder {
                    self.inner.$name($($value)?);
                    self
                }
            )*
        }
    };
}

settings! {
    enable_all();
    enable_io();
    enable_time();
    event_interval(events: u32);
    global_queue_interval(polls: u32);
    max_blocking_threads(threads: usize);
    max_io_events_per_tick(events: usize);
    name(name: impl Into<String>);
    on_thread_park(f: impl Fn() + Send + Sync + 'static);
    on_thread_start(f: impl Fn() + Send + Sync + 'static);
    on_thread_stop(f: impl Fn() + Send + Sync + 'static);
    on_thread_unpark(f: impl Fn() + Send + Sync + 'static);
    start_paused(paused: bool);
    thread_keep_alive(duration: Duration);
    thread_name(name: impl Into<String>);
    thread_name_fn(f: impl Fn() -> String + Send + Sync + 'static);
    thread_stack_size(bytes: usize);
    worker_threads(threads: usize);
}

impl Builder {
    /// As Tokio's.
    pub fn new_current_thread() -> Builder {
        Builder { inner: real::Builder::new_current_thread() }
    }

    /// As Tokio's.
    pub fn new_multi_thread() -> Builder {
        Builder { inner: real::Builder::new_multi_thread() }
    }

    /// As Tokio's.
    ///
    /// # Errors
    ///
    /// The system has no threads, or no descriptors, to give.
    pub fn build(&mut self) -> io::Result<Runtime> {
        self.inner.build().map(Runtime::of)
    }

    /// As Tokio's, and not recorded.
    ///
    /// # Errors
    ///
    /// The system has no descriptors to give.
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        self.inner.build_local(options)
    }
}
