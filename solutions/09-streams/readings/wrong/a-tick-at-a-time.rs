//! mistake: ticks-catch-up
//!
//! The belief: it was the stream that kept the ticks. The interval itself counts from its start.

use std::time::Duration;

use tokio::time::interval;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let mut every_second = interval(Duration::from_secs(1));
    for _ in 0..count {
        every_second.tick().await;
        write(read().await).await;
    }
}
