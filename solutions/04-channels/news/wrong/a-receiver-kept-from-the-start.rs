//! mistake: asked-without-news
//! The board keeps a receiver, and everybody clones it. It has seen none of the news so far.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use tokio::sync::*;
pub struct News {
    tx: watch::Sender<u64>,
    rx: watch::Receiver<u64>,
}
impl News {
    pub fn new() -> News {
        let (tx, rx) = watch::channel(0);
        News { tx, rx }
    }
    pub fn announce(&self) {
        self.tx.send_modify(|n| *n += 1);
    }
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        let mut rx = self.rx.clone();
        while !ready().await {
            let _ = rx.changed().await;
        }
    }
}
