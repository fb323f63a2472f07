//! A pinned `notified` that is enabled stands in the queue of waiters, for `notify_one` too;
//! with `notify_waiters` creating it would have been enough.

use std::pin::pin;

use tokio::sync::Notify;

/// Tells those who wait that something has changed.
pub struct News {
    changed: Notify,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { changed: Notify::new() }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        self.changed.notify_waiters();
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if ready().await {
                return;
            }
            changed.await;
        }
    }
}
