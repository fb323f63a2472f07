//! A `broadcast` with room for one: `Lagged` only says that there was more than one piece of
//! news, and after either it is time to look.

use tokio::sync::broadcast;

/// Tells those who wait that something has changed.
pub struct News {
    news: broadcast::Sender<()>,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { news: broadcast::Sender::new(1) }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        let _ = self.news.send(()); // an error says that nobody waits
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        let mut news = self.news.subscribe();
        while !ready().await {
            let _ = news.recv().await;
            while news.try_recv().is_ok() {}
        }
    }
}
