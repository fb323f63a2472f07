//! # Search in time
//!
//! A client asks for a joke about penguins. The search looks at one joke after another, and each look takes some
//! milliseconds of a thread. Clients are impatient, so there is a limit, and `search` keeps to it. But the
//! server has been busy ever since, though nobody is waiting for anything.
//!
//! At the end:
//!
//! - `search` calls `look` until it returns a joke, and returns that joke;
//! - when `limit` is over, by Tokio's clock, it returns `None`, without waiting for the look that is under way;
//! - once `search` has returned, or its future was dropped, no further look begins, not even one that stood in line for a thread;
//! - while it looks, other tasks get their turns.
//!
//! `look` returns `None` for a joke that is about something else. It blocks. Change anything except the signature of `search`.
//!
//! ```console
//! $ cargo course check search-in-time
//! ```

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The first joke that a look finds within the limit.
pub async fn search<L>(limit: Duration, mut look: L) -> Option<String>
where
    L: FnMut() -> Option<String> + Send + 'static,
{
    let searching = spawn_blocking(move || {
        loop {
            // TODO: who tells this thread that nobody waits any more?
            if let Some(joke) = look() {
                return joke;
            }
        }
    });
    timeout(limit, searching).await.ok()?.ok()
}
