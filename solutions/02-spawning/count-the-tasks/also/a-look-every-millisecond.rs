//! It looks at the clock and at a count, and notices the end a little late. Nobody asked for
//! better: all visits run at the same time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let left = Arc::new(AtomicUsize::new(visits.len()));
    let commands = Arc::new(AtomicU64::new(0));
    for visit in visits {
        let (left, commands) = (left.clone(), commands.clone());
        tokio::spawn(async move {
            commands.fetch_add(visit.await, SeqCst);
            left.fetch_sub(1, SeqCst);
        });
    }
    while left.load(SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    commands.load(SeqCst)
}
