//! mistake: select-keeps-progress
//! News that comes while `ready` is looking makes the look stale: it is given up, and a new one begins.
//! Where news comes faster than a look ends, no look ever does.

use std::pin::pin;

use tokio::sync::Notify;

/// Tells those who wait that something has changed.
pub struct News {
    changed: Notify,
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        News { changed: Notify::new() }
    }

    /// Something has changed. Never waits.
    pub fn announce(&self) {
        self.changed.notify_waiters();
    }

    /// Waits until `ready` says true: asks it at once, and again after news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        loop {
            let mut changed = pin!(self.changed.notified());
            tokio::select! {
                yes = ready() => {
                    if yes {
                        return;
                    }
                    changed.await;
                }
                () = &mut changed => {}
            }
        }
    }
}
