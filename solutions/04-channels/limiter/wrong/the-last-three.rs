//! mistake: spawn-and-return
//! The permits see to it that all but the last pages have been fetched. Nobody waits for those.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use tokio::sync::Semaphore;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(limit));
    let sum = Arc::new(AtomicU64::new(0));
    for page in pages {
        let permit = permits.clone().acquire_owned().await.expect("it is never closed");
        let (fetch, sum) = (fetch(page), sum.clone());
        tokio::spawn(async move {
            sum.fetch_add(fetch.await, SeqCst);
            drop(permit);
        });
    }
    sum.load(SeqCst)
}
