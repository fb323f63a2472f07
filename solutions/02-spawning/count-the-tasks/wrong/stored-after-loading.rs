//! mistake: check-then-act
//! The belief: what is done with atomics is atomic. Each of the two steps is; between them, another
//! thread may add its number, and that is then overwritten.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let total = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = visits
        .into_iter()
        .map(|visit| {
            let total = total.clone();
            tokio::spawn(async move {
                let commands = visit.await;
                total.store(total.load(SeqCst) + commands, SeqCst);
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    total.load(SeqCst)
}
