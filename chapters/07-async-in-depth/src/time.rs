//! A delay that waits by way of our reactor.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::reactor::{Reactor, TimerKey};

// ANCHOR: delay
/// A future that ends at a point in time.
///
/// Cancel safe. It may move to another task between two polls.
#[derive(Debug)]
#[must_use = "a future does nothing until it is polled"]
pub struct Delay {
    key: TimerKey,
}

/// Ends after this time.
pub fn sleep(duration: Duration) -> Delay {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = Instant::now();
    // No clock goes on forever. A hundred years will do.
    let far = Duration::from_secs(100 * 365 * 24 * 3600);
    let due = now.checked_add(duration).unwrap_or_else(|| now + far);
    Delay { key: (due, NEXT.fetch_add(1, Relaxed)) }
}

impl Future for Delay {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.key.0 <= Instant::now() {
            return Poll::Ready(());
        }
        // At every poll, since this one may come from another task than the last. If the
        // time is up by now, nothing is lost: the reactor finds the timer, and wakes.
        let reactor = Reactor::get().expect("a timer needs a reactor");
        reactor.set_timer(self.key, cx.waker()).expect("the reactor can be interrupted");
        Poll::Pending
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        if let Ok(reactor) = Reactor::get() {
            reactor.clear_timer(self.key);
        }
    }
}
// ANCHOR_END: delay
