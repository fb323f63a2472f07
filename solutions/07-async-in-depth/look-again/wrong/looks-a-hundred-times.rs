//! mistake: check-then-register
//! The moment between the look and the waker is short. After a hundred looks, nobody hits it.

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
}

impl<'a, F: Flag> Wait<'a, F> {
    /// Waits for this flag.
    pub fn new(flag: &'a F) -> Wait<'a, F> {
        Wait { flag }
    }
}

impl<F: Flag> Future for Wait<'_, F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..100 {
            if self.flag.is_set() {
                return Poll::Ready(());
            }
        }
        self.flag.register(cx.waker());
        Poll::Pending
    }
}
