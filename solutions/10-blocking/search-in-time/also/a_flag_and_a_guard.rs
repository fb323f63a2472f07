//! A flag, set by whoever drops the guard: the end of `search`, however it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let stop = StopOnDrop(Arc::default());
    let stopped = stop.0.clone();
    let searching = spawn_blocking(move || {
        while !stopped.load(Ordering::Relaxed) {
            if let Some(joke) = look() {
                return Some(joke);
            }
        }
        None
    });
    timeout(limit, searching).await.ok()?.ok()?
}
