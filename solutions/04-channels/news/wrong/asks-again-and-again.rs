//! mistake: asked-without-news
//! Nothing can be missed by one who never stops looking.

/// Tells those who wait that something has changed.
pub struct News {}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News {}
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {}

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        while !ready().await {
            tokio::task::yield_now().await;
        }
    }
}
