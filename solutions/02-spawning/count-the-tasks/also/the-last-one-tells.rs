//! The tasks count those that are left, and the last one says so.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use tokio::sync::Notify;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    if visits.is_empty() {
        return 0;
    }
    let shared =
        Arc::new((AtomicU64::new(0), AtomicUsize::new(visits.len()), Notify::new()));
    for visit in visits {
        let shared = shared.clone();
        tokio::spawn(async move {
            let (total, left, over) = &*shared;
            total.fetch_add(visit.await, SeqCst);
            if left.fetch_sub(1, SeqCst) == 1 {
                over.notify_one();
            }
        });
    }
    let (total, _, over) = &*shared;
    over.notified().await;
    total.load(SeqCst)
}
