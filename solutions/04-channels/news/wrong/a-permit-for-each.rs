//! mistake: asked-without-news
//! One permit for each who waits. Who does not need a permit any more leaves it for the next one.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::sync::Semaphore;

/// Tells those who wait that something has changed.
pub struct News {
    permits: Semaphore,
    waiting: AtomicUsize,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { permits: Semaphore::new(0), waiting: AtomicUsize::new(0) }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        self.permits.add_permits(self.waiting.load(SeqCst));
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        self.waiting.fetch_add(1, SeqCst);
        while !ready().await {
            self.permits.acquire().await.expect("it is never closed").forget();
        }
        self.waiting.fetch_sub(1, SeqCst);
    }
}
