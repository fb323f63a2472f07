//! The counter is shared: each task has a clone of the `Arc`, and all clones lead to one
//! integer. Right where a task has to count as it goes, and not once at its end.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let commands = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for visit in visits {
        let commands = Arc::clone(&commands);
        tasks.push(tokio::spawn(async move {
            let sent = visit.await;
            commands.fetch_add(sent, Ordering::Relaxed);
        }));
    }
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    commands.load(Ordering::Relaxed)
}
