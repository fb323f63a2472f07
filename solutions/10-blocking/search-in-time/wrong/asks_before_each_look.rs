//! mistake: timeout-interrupts
//! "To ask before a look or after it is the same." What was asked before the look is old when the look is done: one more begins.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let (found, arrived) = oneshot::channel();
    spawn_blocking(move || {
        loop {
            let unwanted = found.is_closed();
            if let Some(joke) = look() {
                let _ = found.send(joke);
                return;
            }
            if unwanted {
                return;
            }
        }
    });
    timeout(limit, arrived).await.ok()?.ok()
}
