//! mistake: spawn-and-return
//! The permits see to it that all but the last pages have been fetched. Nobody waits for those.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(limit));
    let sum = Arc::new(std::sync::atomic::AtomicU64::new(0));
    for p in pages {
        let permit = permits.clone().acquire_owned().await.unwrap();
        let f = fetch(p);
        let sum = sum.clone();
        tokio::spawn(async move {
            let s = f.await;
            sum.fetch_add(s, std::sync::atomic::Ordering::SeqCst);
            drop(permit)
        });
    }
    sum.load(std::sync::atomic::Ordering::SeqCst)
}
