//! mistake: spawn-and-return
//! "A short sleep lets the tasks finish." It lets those finish that are faster than the sleep.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
            commands.fetch_add(visit.await, Ordering::Relaxed);
        });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    commands.load(Ordering::Relaxed)
}
