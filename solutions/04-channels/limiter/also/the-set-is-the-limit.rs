//! Without a semaphore: a `JoinSet` knows how many tasks are in it.

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
    let mut fetches = JoinSet::new();
    let mut sum = 0;
    for page in pages {
        if fetches.len() == limit {
            let size = fetches.join_next().await.expect("the set is full");
            sum += size.expect("a fetch does not panic");
        }
        fetches.spawn(fetch(page));
    }
    while let Some(size) = fetches.join_next().await {
        sum += size.expect("a fetch does not panic");
    }
    sum
}
