//! mistake: timeout-interrupts
//! "After the timeout, set a flag." If the client leaves first, the future is dropped at its `.await`, and no line after it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let searching = spawn_blocking(move || {
        while !stopped.load(Ordering::Relaxed) {
            if let Some(joke) = look() {
                return Some(joke);
            }
        }
        None
    });
    let found = timeout(limit, searching).await;
    stop.store(true, Ordering::Relaxed);
    found.ok()?.ok()?
}
