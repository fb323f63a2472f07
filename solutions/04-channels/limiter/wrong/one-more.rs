//! mistake: limit-at-the-edge
//! Spawns first and compares afterwards, with `>`: there is always one more than the limit.

use tokio::task::JoinSet;

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
        fetches.spawn(fetch(page));
        if fetches.len() > limit {
            sum += fetches.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(size) = fetches.join_next().await {
        sum += size.unwrap();
    }
    sum
}
