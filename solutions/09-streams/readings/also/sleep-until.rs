//! The next reading is due a second after the last one, or when its write is done.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    for _ in 0..count {
        let next = Instant::now() + Duration::from_secs(1);
        write(read().await).await;
        sleep_until(next).await;
    }
}
