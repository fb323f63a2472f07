//! Tokio's `task`, with all that spawns recorded.

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

pub use ::timeline::JoinHandle;
pub use ::tokio::task::*;

use ::tokio::task as real;

use crate::recording::{name, name_alone, name_of_main, recorder};
use crate::runtime::{Handle, Runtime};

/// As `tokio::spawn`.
///
/// # Panics
///
/// Outside a Tokio runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let future = recorder().spawned(name::<F>("task"), future);
    let child = future.child();
    JoinHandle::new(real::spawn(future), child)
}

/// As `tokio::task::spawn_local`.
///
/// # Panics
///
/// Outside a `LocalSet`.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let future = recorder().spawned(name::<F>("task"), future);
    let child = future.child();
    JoinHandle::new(real::spawn_local(future), child)
}

/// As `tokio::task::spawn_blocking`.
///
/// # Panics
///
/// Outside a Tokio runtime.
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let (job, child) = recorder().job(name::<F>("blocking"), f);
    JoinHandle::new(real::spawn_blocking(job), child)
}

/// As `tokio::task::block_in_place`; the picture marks how long it takes.
///
/// # Panics
///
/// On a current-thread runtime.
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    let _marked = recorder().span("block_in_place");
    real::block_in_place(f)
}

/// As `tokio::task::JoinSet`.
pub struct JoinSet<T> {
    inner: real::JoinSet<T>,
}

impl<T> JoinSet<T> {
    /// As Tokio's.
    pub fn new() -> JoinSet<T> {
        JoinSet { inner: real::JoinSet::new() }
    }
}

impl<T: 'static> JoinSet<T> {
    /// As Tokio's.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.inner.spawn(recorder().spawned(name::<F>("task"), task))
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.inner.spawn_on(recorder().spawned(name::<F>("task"), task), handle)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.inner.spawn_local(recorder().spawned(name::<F>("task"), task))
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let task = recorder().spawned(name::<F>("task"), task);
        self.inner.spawn_local_on(task, local_set)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.inner.spawn_blocking(recorder().job(name::<F>("blocking"), f).0)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.inner.spawn_blocking_on(recorder().job(name::<F>("blocking"), f).0, handle)
    }

    /// As Tokio's.
    pub async fn join_all(self) -> Vec<T> {
        self.inner.join_all().await
    }
}

impl<T> Deref for JoinSet<T> {
    type Target = real::JoinSet<T>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<T> DerefMut for JoinSet<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(tasks: I) -> JoinSet<T> {
        let mut set = JoinSet::new();
        set.extend(tasks);
        set
    }
}

impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, tasks: I) {
        for task in tasks {
            // Nobody knows from which line: the name is all.
            self.inner.spawn(recorder().spawned(name_alone::<F>(), task));
        }
    }
}

/// As `tokio::task::LocalSet`.
#[derive(Debug, Default)]
pub struct LocalSet {
    inner: real::LocalSet,
}

impl LocalSet {
    /// As Tokio's.
    pub fn new() -> LocalSet {
        LocalSet { inner: real::LocalSet::new() }
    }

    /// As Tokio's.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let future = recorder().spawned(name::<F>("task"), future);
        let child = future.child();
        JoinHandle::new(self.inner.spawn_local(future), child)
    }

    /// As Tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, runtime: &Runtime, future: F) -> F::Output {
        let future = runtime.given(name_of_main(), future);
        self.inner.block_on(runtime, future)
    }
}

impl Deref for LocalSet {
    type Target = real::LocalSet;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.inner).poll(cx)
    }
}
