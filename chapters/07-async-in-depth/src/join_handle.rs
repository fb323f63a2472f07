//! How the output of a task finds its way to whoever waits for it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::sync::Mutex;

/// Why a task has no output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// It panicked, and this is what the panic said.
    Panicked(String),
    /// It was dropped with its executor.
    Dropped,
}

impl JoinError {
    fn of_panic(payload: Box<dyn Any + Send>) -> JoinError {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        JoinError::Panicked(text.unwrap_or("no words").to_owned())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::Panicked(message) => write!(f, "the task panicked: {message}"),
            JoinError::Dropped => write!(f, "the task was dropped before its end"),
        }
    }
}

impl std::error::Error for JoinError {}

// ANCHOR: handle
/// Waits for the output of a task. Dropping it leaves the task alone.
///
/// Cancel safe: the output stays where it is until `poll` returns it.
#[derive(Debug)]
pub struct JoinHandle<T> {
    shared: Arc<Mutex<Outcome<T>>>,
}

#[derive(Debug)]
struct Outcome<T> {
    result: Option<Result<T, JoinError>>,
    waiting: Option<Waker>,
    /// The handle is gone.
    unwanted: bool,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // One lock around both, so nothing can come between the look and the registration.
        let mut outcome = self.shared.lock().unwrap();
        match outcome.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                outcome.waiting = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
// ANCHOR_END: handle

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let mut outcome = self.shared.lock().unwrap();
        outcome.unwanted = true;
        let (result, waiting) = (outcome.result.take(), outcome.waiting.take());
        drop(outcome); // their destructors are somebody else's code
        drop((result, waiting));
    }
}

/// A future as the executor wants it: without output, and without panics.
pub(crate) struct Job<F: Future> {
    /// `None` once it has ended.
    future: Option<Pin<Box<F>>>,
    shared: Arc<Mutex<Outcome<F::Output>>>,
}

/// Splits a future into what runs and what waits for it.
pub(crate) fn pair<F: Future>(future: F) -> (Job<F>, JoinHandle<F::Output>) {
    let shared =
        Arc::new(Mutex::new(Outcome { result: None, waiting: None, unwanted: false }));
    let job = Job { future: Some(Box::pin(future)), shared: shared.clone() };
    (job, JoinHandle { shared })
}

impl<F: Future> Job<F> {
    fn finish(&self, result: Result<F::Output, JoinError>) {
        let mut outcome = self.shared.lock().unwrap();
        if outcome.unwanted {
            drop(outcome);
            // If its destructor panics, there is nobody to tell, and a thread to save.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(result)));
            return;
        }
        outcome.result = Some(result);
        let waiting = outcome.waiting.take();
        drop(outcome); // whoever is woken may want the lock at once
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl<F: Future> Future for Job<F> {
    type Output = ();

    // ANCHOR: job
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else { return Poll::Ready(()) };
        let result = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(JoinError::of_panic(panic)),
        };
        // Its destructors run now, and may panic too.
        let future = self.future.take();
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(future)));
        self.finish(dropped.map_err(JoinError::of_panic).and(result));
        Poll::Ready(())
    }
    // ANCHOR_END: job
}

impl<F: Future> Drop for Job<F> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take() {
            // A destructor that panics must not keep others from running, or from hearing of it.
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(future)));
            self.finish(
                dropped.map_err(JoinError::of_panic).and(Err(JoinError::Dropped)),
            );
        }
    }
}
