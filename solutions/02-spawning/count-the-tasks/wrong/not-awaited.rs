//! mistake: spawn-and-return
//! "An atomic is all it takes." The counter is shared, but nobody waits until the tasks
//! have added to it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    commands.load(Ordering::Relaxed)
}
