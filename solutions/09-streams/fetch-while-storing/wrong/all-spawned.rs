//! mistake: limit-not-limiting
//!
//! The belief: `buffered` limits the tasks. They run since they were spawned, and it limits who waits for them.

use futures::{StreamExt, stream};

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    store: impl Fn(u64) -> S,
) where
    F: Future<Output = u64> + Send + 'static,
    S: Future<Output = ()>,
{
    let tasks: Vec<_> = pages.map(|page| tokio::spawn(fetch(page))).collect();
    let mut fetched = stream::iter(tasks).buffered(limit);
    while let Some(page) = fetched.next().await {
        store(page.expect("a fetch does not panic")).await;
    }
}
