//! mistake: ticks-catch-up
//!
//! The belief: `Skip` leaves out what was missed, so a second lies between two ticks. A late tick comes at once, and the one
//! after it at the next whole second.

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
    every_second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut ticks = IntervalStream::new(every_second).take(count);
    while ticks.next().await.is_some() {
        write(read().await).await;
    }
}
