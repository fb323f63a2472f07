//! mistake: ticks-catch-up
//!
//! The belief: an interval of a second leaves a second between two ticks.

use std::time::Duration;

use futures::StreamExt;
use tokio::time::interval;
use tokio_stream::wrappers::IntervalStream;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let every_second = interval(Duration::from_secs(1));
    let ticks = IntervalStream::new(every_second).take(count);
    ticks.then(|_tick| read()).for_each(write).await;
}
