//! mistake: check-then-register
//!
//! The belief: "what two threads share stands behind a lock, and here all of it does." It stands behind two: between giving back the
//! first and taking the second, the alarm can ring, and the callback finds nobody to wake.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Ends when the alarm goes off.
pub struct Alarm {
    rang: Arc<Mutex<bool>>,
    waiting: Arc<Mutex<Option<Waker>>>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let rang = Arc::new(Mutex::new(false));
        let waiting = Arc::new(Mutex::new(None::<Waker>));
        let callback = {
            let (rang, waiting) = (rang.clone(), waiting.clone());
            move || {
                *rang.lock().unwrap() = true;
                if let Some(waker) = waiting.lock().unwrap().take() {
                    waker.wake();
                }
            }
        };
        set(Box::new(callback));
        Alarm { rang, waiting }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if *self.rang.lock().unwrap() {
            return Poll::Ready(());
        }
        *self.waiting.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    }
}
