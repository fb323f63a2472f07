//! mistake: watch-is-a-queue
//! The belief: whoever watches sees every number. Of those that come at the same moment, only the
//! last is there.

use std::future::Future;
use tokio::sync::watch;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let (sender, mut number) = watch::channel(0);
    for visit in visits {
        let sender = sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(visit.await);
        });
    }
    drop(sender);
    let mut total = 0;
    while number.changed().await.is_ok() {
        total += *number.borrow_and_update();
    }
    total
}
