//! Reading and writing are two halves, with a queue in between. With `Delay`, a full queue makes no burst.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let (tx, mut rx) = mpsc::channel(4);
    let reading = async move {
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..count {
            ticks.tick().await;
            if tx.send(read().await).await.is_err() {
                return;
            }
        }
    };
    let writing = async {
        while let Some(reading) = rx.recv().await {
            write(reading).await;
        }
    };
    tokio::join!(reading, writing);
}
