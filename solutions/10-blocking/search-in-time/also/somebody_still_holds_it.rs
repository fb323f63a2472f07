//! As with the channel, but with a `Weak`: when the task's `Arc` is gone, so is the wish to know.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let wanted = Arc::new(());
    let still = Arc::downgrade(&wanted);
    let searching = spawn_blocking(move || {
        while still.strong_count() > 0 {
            if let Some(joke) = look() {
                return Some(joke);
            }
        }
        None
    });
    let found = timeout(limit, searching).await;
    drop(wanted);
    found.ok()?.ok()?
}
