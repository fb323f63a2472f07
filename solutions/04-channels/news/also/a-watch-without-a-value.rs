//! A `watch` counts versions, and each receiver remembers the one it has seen: nothing can be
//! missed once it is subscribed.

use tokio::sync::watch;

/// Tells those who wait that something has changed.
pub struct News {
    version: watch::Sender<()>,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { version: watch::Sender::new(()) }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        self.version.send_replace(());
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        let mut version = self.version.subscribe();
        while !ready().await {
            version.changed().await.expect("we hold the sender");
        }
    }
}
