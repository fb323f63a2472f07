//! mistake: timeout-interrupts
//! "The job knows the limit, so it can stop by itself." At the limit it does. If the client leaves before, it searches on.

use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let start = Instant::now();
    let searching = spawn_blocking(move || {
        while start.elapsed() < limit {
            if let Some(joke) = look() {
                return Some(joke);
            }
        }
        None
    });
    timeout(limit, searching).await.ok()?.ok()?
}
