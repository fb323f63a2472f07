//! A `CancellationToken` of `tokio_util`, and its guard: made for this, and clones of it can stop more than one job.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let stop = CancellationToken::new();
    let _stop_at_the_end = stop.clone().drop_guard();
    let searching = spawn_blocking(move || {
        while !stop.is_cancelled() {
            if let Some(joke) = look() {
                return Some(joke);
            }
        }
        None
    });
    timeout(limit, searching).await.ok()?.ok()?
}
