//! mistake: ticks-catch-up
//!
//! The belief: adding a second to the last deadline is what `Delay` does. It is what `Burst` does.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let mut due = Instant::now();
    for _ in 0..count {
        sleep_until(due).await;
        due += Duration::from_secs(1);
        write(read().await).await;
    }
}
