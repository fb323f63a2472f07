//! mistake: in-order-is-one-by-one
//!
//! The belief: `buffered` keeps the order, so it writes one at a time.

use std::time::Duration;

use futures::StreamExt;
use tokio::time::{MissedTickBehavior, interval};
use tokio_stream::wrappers::IntervalStream;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    IntervalStream::new(every_second)
        .take(count)
        .then(|_tick| read())
        .map(write)
        .buffered(16)
        .for_each(|()| async {})
        .await;
}
