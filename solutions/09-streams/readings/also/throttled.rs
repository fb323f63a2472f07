//! Instead of an interval: `throttle` lets an item through and holds the next back for a second.

use std::time::Duration;

use futures::{StreamExt, stream};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let ticks = stream::iter(0..count);
    let ticks = tokio_stream::StreamExt::throttle(ticks, Duration::from_secs(1));
    ticks.then(|_tick| read()).for_each(write).await;
}
