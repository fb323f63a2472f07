//! mistake: timeout-interrupts
//! "A dropped handle detaches, so abort it." That works for a task, at its next `.await`. A closure has none.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let mut searching = spawn_blocking(move || {
        loop {
            if let Some(joke) = look() {
                return joke;
            }
        }
    });
    match timeout(limit, &mut searching).await {
        Ok(found) => found.ok(),
        Err(_) => {
            searching.abort();
            None
        }
    }
}
