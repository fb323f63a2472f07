//! # The alarm
//!
//! An old library has alarms: you give it a callback, and it calls it once, from a thread of its
//! own, when the time is up. You would rather write `alarm.await`. Somebody has begun, and the task
//! that waits for the alarm never wakes up.
//!
//! At the end:
//!
//! - the future ends once the callback has been called, even if that was before the first poll, or in
//!   the middle of one;
//! - the task that polled last is woken then: a future may move from one task to another, and the
//!   task that is woken may be polled at once, by another thread or inside of `wake`;
//! - until then, nobody is woken, and every poll returns `Pending`;
//! - an alarm that is dropped early does no harm.
//!
//! Change whatever you like, except for the signatures of `new` and `poll`.
//!
//! ```console
//! $ cargo course check alarm
//! ```

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll};

/// Ends when the alarm goes off.
pub struct Alarm {
    rang: Arc<AtomicBool>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let rang = Arc::new(AtomicBool::new(false));
        let callback = {
            let rang = rang.clone();
            move || rang.store(true, SeqCst)
        };
        set(Box::new(callback));
        Alarm { rang }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        // TODO: who will poll again?
        if self.rang.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}
