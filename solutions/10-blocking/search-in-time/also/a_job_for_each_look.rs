//! Each look is a job, and the task decides whether there is another one. The set aborts a job that still stands in line when the
//! task goes away.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let searching = async move {
        let mut looks = JoinSet::new();
        loop {
            looks.spawn_blocking(move || (look(), look));
            let (found, looked) = looks.join_next().await?.ok()?;
            if found.is_some() {
                return found;
            }
            look = looked;
        }
    };
    timeout(limit, searching).await.ok()?
}
