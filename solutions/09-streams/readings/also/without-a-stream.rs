//! An interval is asked for its ticks one by one, and needs no stream.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..count {
        every_second.tick().await;
        write(read().await).await;
    }
}
