//! mistake: timeout-interrupts
//!
//! The belief: what has not begun when the handle is dropped never begins. A job that stands in line has only lost its handle.

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
