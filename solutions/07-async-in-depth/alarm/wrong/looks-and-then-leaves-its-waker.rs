//! mistake: check-then-register
//!
//! The belief: "an atomic flag and a slot with a lock are safe, each of them, so both together are." If the alarm rings between
//! the look and the registration, the callback finds the slot empty, and nobody looks at the flag again.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Ends when the alarm goes off.
pub struct Alarm {
    rang: Arc<AtomicBool>,
    waiting: Arc<Mutex<Option<Waker>>>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let rang = Arc::new(AtomicBool::new(false));
        let waiting = Arc::new(Mutex::new(None::<Waker>));
        let callback = {
            let (rang, waiting) = (rang.clone(), waiting.clone());
            move || {
                rang.store(true, SeqCst);
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
        if self.rang.load(SeqCst) {
            return Poll::Ready(());
        }
        *self.waiting.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    }
}
