//! mistake: batch-waits-for-its-slowest
//! Three, then the next three: nobody has to count, and the slowest holds up the others.

use tokio::task::JoinSet;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    mut pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let mut sum = 0;
    loop {
        let batch: JoinSet<u64> = pages.by_ref().take(limit).map(&fetch).collect();
        if batch.is_empty() {
            return sum;
        }
        sum += batch.join_all().await.into_iter().sum::<u64>();
    }
}
