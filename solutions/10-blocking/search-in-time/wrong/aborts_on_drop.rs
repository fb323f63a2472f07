//! mistake: timeout-interrupts
//! "A `JoinSet` aborts what is in it when it is dropped." It asks for it. Nobody can stop a closure that runs.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let mut searching = JoinSet::new();
    searching.spawn_blocking(move || {
        loop {
            if let Some(joke) = look() {
                return joke;
            }
        }
    });
    timeout(limit, searching.join_next()).await.ok()??.ok()
}
