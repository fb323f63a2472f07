//! mistake: unbounded-is-safe
//! The permit is where it belongs, and three fetches run. Behind them stands a task for every
//! other page there is.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

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
    let mut fetches = JoinSet::new();
    for page in pages {
        let permits = permits.clone();
        let fetch = fetch(page);
        fetches.spawn(async move {
            let _permit = permits.acquire().await;
            fetch.await
        });
    }
    fetches.join_all().await.into_iter().sum()
}
