//! mistake: blocking-in-async
//! "A receiver with a timeout of its own, and when it is gone, the job sees it." All true, but `recv_timeout` blocks, in the task.

use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::task::spawn_blocking;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let (send, found) = channel();
    let (wanted, still_wanted) = tokio::sync::oneshot::channel::<()>();
    spawn_blocking(move || {
        while !wanted.is_closed() {
            if let Some(joke) = look() {
                let _ = send.send(joke);
                return;
            }
        }
    });
    let joke = found.recv_timeout(limit).ok();
    drop(still_wanted);
    joke
}
