//! mistake: asked-without-news
//! The board keeps a receiver, and everybody clones it. It has seen none of the news so far.

use tokio::sync::watch;

/// Tells those who wait that something has changed.
pub struct News {
    count: watch::Sender<u64>,
    unseen: watch::Receiver<u64>,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        let (count, unseen) = watch::channel(0);
        News { count, unseen }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        self.count.send_modify(|count| *count += 1);
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        let mut count = self.unseen.clone();
        while !ready().await {
            let _ = count.changed().await;
        }
    }
}
