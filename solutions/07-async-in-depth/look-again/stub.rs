//! # Look again
//!
//! A future waits for a flag that another thread sets. It works on your machine. In production, about
//! once a week, a task hangs: its flag is set, and nobody has woken it.
//!
//! `set` on the other thread does two things, in this order: it sets the flag, then it takes the waker
//! that is registered, if there is one, and wakes it. That can happen between any two of your calls.
//!
//! At the end:
//!
//! - whenever the flag is set, `Wait` ends: it returns `Ready`, or its task is woken and will;
//! - the task that polled last is the one that is woken;
//! - without the flag, nobody is woken.
//!
//! Change the body of `poll`, and the fields of `Wait` (and with them `new`) if you like.
//!
//! ```console
//! $ cargo course check look-again
//! ```

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
        // TODO: where does a week's bad luck get in?
        if self.flag.is_set() {
            return Poll::Ready(());
        }
        self.flag.register(cx.waker());
        Poll::Pending
    }
}
