//! mistake: blocking-in-async
//! "A `yield_now` after each look, so the timeout gets its chance." And between two of its chances, everybody waits for a look.

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let searching = async {
        loop {
            if let Some(joke) = look() {
                return joke;
            }
            yield_now().await;
        }
    };
    timeout(limit, searching).await.ok()
}
