//! The flag keeps the waker until it is set, so the same one need not be registered twice. It looks in any case.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A flag that another thread may set at any moment.
pub trait Flag {
    /// Whether it is set. Once it is, it stays so.
    fn is_set(&self) -> bool;

    /// Keeps a clone of the waker, in place of the one before, for whoever sets the flag.
    fn register(&self, waker: &Waker);
}

/// Ends when the flag is set.
pub struct Wait<'a, F> {
    flag: &'a F,
    last: Option<Waker>,
}

impl<'a, F: Flag> Wait<'a, F> {
    /// Waits for this flag.
    pub fn new(flag: &'a F) -> Wait<'a, F> {
        Wait { flag, last: None }
    }
}

impl<F: Flag> Future for Wait<'_, F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.last.as_ref().is_some_and(|last| last.will_wake(cx.waker())) {
            self.flag.register(cx.waker());
            self.last = Some(cx.waker().clone());
        }
        if self.flag.is_set() { Poll::Ready(()) } else { Poll::Pending }
    }
}
