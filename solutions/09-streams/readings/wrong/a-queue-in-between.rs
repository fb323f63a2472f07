//! mistake: ticks-catch-up
//!
//! The belief: a queue of sixteen readings is enough for any write.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::interval;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let (tx, mut rx) = mpsc::channel(16);
    let reading = async move {
        let mut ticks = interval(Duration::from_secs(1));
        for _ in 0..count {
            ticks.tick().await;
            if tx.send(read().await).await.is_err() {
                return;
            }
        }
    };
    let writing = async {
        while let Some(r) = rx.recv().await {
            write(r).await;
        }
    };
    tokio::join!(reading, writing);
}
