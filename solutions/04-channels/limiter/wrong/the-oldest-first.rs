//! mistake: batch-waits-for-its-slowest
//!
//! The belief: there is room again when the fetch that began first is done. Others end before it, and
//! their places stay free.

use std::collections::VecDeque;

use tokio::task::JoinHandle;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let mut fetches: VecDeque<JoinHandle<u64>> = VecDeque::new();
    let mut sum = 0;
    for page in pages {
        if fetches.len() == limit
            && let Some(oldest) = fetches.pop_front()
        {
            sum += oldest.await.expect("a fetch does not panic");
        }
        fetches.push_back(tokio::spawn(fetch(page)));
    }
    for fetch in fetches {
        sum += fetch.await.expect("a fetch does not panic");
    }
    sum
}
