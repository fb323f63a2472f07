//! mistake: blocking-in-async
//!
//! The belief: a pause is `thread::sleep`, in a task as anywhere.

use std::thread;
use std::time::Duration;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    for n in 0..count {
        if n > 0 {
            thread::sleep(Duration::from_secs(1));
        }
        write(read().await).await;
    }
}
