//! mistake: self-wake-spin
//! Whoever gives its place to another is told, so that nobody waits for nothing.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Ends when the alarm goes off.
pub struct Alarm {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    rang: bool,
    waiting: Option<Waker>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let ours = shared.clone();
        set(Box::new(move || {
            let mut shared = ours.lock().unwrap();
            shared.rang = true;
            let waiting = shared.waiting.take();
            drop(shared); // whoever is woken may want the lock at once
            if let Some(waker) = waiting {
                waker.wake();
            }
        }));
        Alarm { shared }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.shared.lock().unwrap();
        if shared.rang {
            return Poll::Ready(());
        }
        if let Some(before) = shared.waiting.replace(cx.waker().clone()) {
            drop(shared);
            before.wake();
        }
        Poll::Pending
    }
}
