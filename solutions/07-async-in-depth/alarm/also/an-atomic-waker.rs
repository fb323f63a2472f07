//! `AtomicWaker` is the slot for one waker without a lock. It is registered before the look.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;

/// Ends when the alarm goes off.
pub struct Alarm {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    rang: AtomicBool,
    waiting: AtomicWaker,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let shared = Arc::new(Shared::default());
        let ours = shared.clone();
        set(Box::new(move || {
            ours.rang.store(true, SeqCst);
            ours.waiting.wake();
        }));
        Alarm { shared }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.shared.waiting.register(cx.waker());
        if self.shared.rang.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}
