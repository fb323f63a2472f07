//! mistake: pending-without-waker
//! The callback wakes whoever is in the slot. Nobody ever gets in.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Ends when the alarm goes off.
pub struct Alarm {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    rang: bool,
    waiting: Waker,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let waiting = Waker::noop().clone();
        let shared = Arc::new(Mutex::new(Shared { rang: false, waiting }));
        let ours = shared.clone();
        set(Box::new(move || {
            let mut shared = ours.lock().unwrap();
            shared.rang = true;
            shared.waiting.wake_by_ref();
        }));
        Alarm { shared }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.shared.lock().unwrap().rang { Poll::Ready(()) } else { Poll::Pending }
    }
}
