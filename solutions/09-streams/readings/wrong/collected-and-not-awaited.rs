//! mistake: stream-runs-itself
//!
//! The belief: `collect` runs a stream, as it runs an iterator. It returns a future.

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
    let _all = ticks.then(|_tick| read()).then(write).collect::<Vec<()>>();
}
