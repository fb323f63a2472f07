//! mistake: spawn-then-await
//! One at a time is at most three at a time.

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
    let _ = limit;
    let mut sum = 0;
    for page in pages {
        let fetches = JoinSet::from_iter([fetch(page)]);
        sum += fetches.join_all().await.into_iter().sum::<u64>();
    }
    sum
}
