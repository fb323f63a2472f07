//! mistake: asked-without-news
//! One permit for each who waits. Who does not need a permit any more leaves it for the next one.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use tokio::sync::*;
pub struct News {
    n: Semaphore,
    w: AtomicUsize,
}
impl News {
    pub fn new() -> News {
        News { n: Semaphore::new(0), w: AtomicUsize::new(0) }
    }
    pub fn announce(&self) {
        self.n.add_permits(self.w.load(SeqCst));
    }
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        self.w.fetch_add(1, SeqCst);
        loop {
            if ready().await {
                break;
            }
            self.n.acquire().await.unwrap().forget();
        }
        self.w.fetch_sub(1, SeqCst);
    }
}
