//! mistake: limit-not-limiting
//! The permit is bound to a name this time, but in the loop: it is given back when the task
//! has been spawned, not when it has ended.

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
        let _permit = permits.acquire().await;
        fetches.spawn(fetch(page));
    }
    fetches.join_all().await.into_iter().sum()
}
