//! mistake: timeout-interrupts
//!
//! The belief: the first look begins before anybody can give up. It may stand in line for longer than that.

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
        loop {
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
