//! mistake: spawn-and-return
//! The belief: a second is enough for everybody. It is, until a visit takes longer.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let commands = Arc::new(AtomicU64::new(0));
    for visit in visits {
        let commands = Arc::clone(&commands);
        tokio::spawn(async move {
            commands.fetch_add(visit.await, Relaxed);
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    commands.load(Relaxed)
}
