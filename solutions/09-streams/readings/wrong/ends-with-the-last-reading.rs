//! mistake: select-keeps-progress
//!
//! The belief: `select!` is over when the work of both halves is.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let (tx, mut rx) = mpsc::channel(16);
    let reading = async {
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..count {
            ticks.tick().await;
            let _ = tx.send(read().await).await;
        }
    };
    let writing = async {
        while let Some(reading) = rx.recv().await {
            write(reading).await;
        }
    };
    tokio::select! {
        () = reading => {}
        () = writing => {}
    }
}
