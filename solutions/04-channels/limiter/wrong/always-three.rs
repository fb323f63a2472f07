//! mistake: limit-not-limiting
//!
//! The belief: it is three at a time, the exercise says so. It says `limit`.

use tokio::task::JoinSet;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    _limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let mut fetches = JoinSet::new();
    let mut sum = 0;
    for page in pages {
        if fetches.len() == 3
            && let Some(size) = fetches.join_next().await
        {
            sum += size.expect("a fetch does not panic");
        }
        fetches.spawn(fetch(page));
    }
    sum + fetches.join_all().await.into_iter().sum::<u64>()
}
