//! mistake: blocking-in-async
//! "A timeout around it, and it ends in time." A timeout is looked at when the future inside returns `Pending`. This one does not.

use std::time::Duration;

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
        }
    };
    timeout(limit, searching).await.ok()
}
