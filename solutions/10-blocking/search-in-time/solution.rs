//! The receiving end of the channel is dropped when the limit is over, and when the whole future is dropped. The job sees both.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let (found, joke) = oneshot::channel();
    spawn_blocking(move || {
        while !found.is_closed() {
            if let Some(joke) = look() {
                let _ = found.send(joke); // an error: the limit was over a moment ago
                return;
            }
        }
    });
    timeout(limit, joke).await.ok()?.ok()
}
