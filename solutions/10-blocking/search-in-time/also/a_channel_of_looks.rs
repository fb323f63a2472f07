//! What each look found goes through a channel of Tokio's, and a send that fails says that nobody waits. The job is at most a few looks
//! ahead of the task.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let (send, mut looks) = mpsc::channel(1);
    spawn_blocking(move || {
        while !send.is_closed() {
            let found = look();
            let the_end = found.is_some();
            if send.blocking_send(found).is_err() || the_end {
                return;
            }
        }
    });
    let searching = async {
        while let Some(found) = looks.recv().await {
            if found.is_some() {
                return found;
            }
        }
        None
    };
    timeout(limit, searching).await.ok()?
}
