//! mistake: notify-remembers
//! "The dangerous moment is at the start, before anybody waits." It comes back with every look: news that comes during a
//! later one finds nobody waiting.

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
        let changed = self.changed.notified();
        if ready().await {
            return;
        }
        changed.await;
        while !ready().await {
            self.changed.notified().await;
        }
    }
}
