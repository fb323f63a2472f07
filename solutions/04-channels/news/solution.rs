//! First say that you wait, then look, then wait: what is announced from the first step on is
//! kept in the future that `notified` returned.

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
            let changed = self.changed.notified();
            if ready().await {
                return;
            }
            changed.await;
        }
    }
}
