//! mistake: sleep-is-a-period
//!
//! The belief: a sleep of a second makes one reading a second.

use std::time::Duration;

use tokio::time::sleep;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    for n in 0..count {
        if n > 0 {
            sleep(Duration::from_secs(1)).await;
        }
        let reading = read().await;
        write(reading).await;
    }
}
