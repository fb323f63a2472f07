//! mistake: sleep-is-a-period
//!
//! The belief: what takes time is the write, so the pause goes beside it. The time that a reading takes is added to it.

use std::time::Duration;

use tokio::time::sleep;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    for _ in 0..count {
        let reading = read().await;
        tokio::join!(write(reading), sleep(Duration::from_secs(1)));
    }
}
