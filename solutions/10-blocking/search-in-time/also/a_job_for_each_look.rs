//! Each look is a job, and the task decides whether there is another one. More trips to the pool, and nothing to signal.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let searching = async move {
        loop {
            let (found, looked) = spawn_blocking(move || (look(), look)).await.ok()?;
            if found.is_some() {
                return found;
            }
            look = looked;
        }
    };
    timeout(limit, searching).await.ok()?
}
