//! mistake: runtime-is-everywhere
//! "In place, the timeout and the loop are in one task." They are, so the timeout waits for the loop; and on a runtime with one thread,
//! `block_in_place` panics.

use std::time::Duration;

use tokio::task::block_in_place;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let searching = async {
        block_in_place(|| {
            loop {
                if let Some(joke) = look() {
                    return joke;
                }
            }
        })
    };
    timeout(limit, searching).await.ok()
}
