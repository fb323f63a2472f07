//! What a `Notify` keeps inside, built from `oneshot`s: one puts oneself on the list, looks, and
//! waits to be crossed off.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

/// Tells those who wait that something has changed.
pub struct News {
    waiting: Mutex<Vec<oneshot::Sender<()>>>,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { waiting: Mutex::default() }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        // Dropping a sender is news enough.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        loop {
            let (sender, news) = oneshot::channel();
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
            if ready().await {
                return;
            }
            let _ = news.await;
        }
    }
}
