//! mistake: locked-twice
//! `wake` only puts a task into a queue, so the lock may be held meanwhile.

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
            if let Some(waker) = shared.waiting.take() {
                waker.wake();
            }
            shared.rang = true; // nobody can look before the lock is free
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
        shared.waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}
