//! mistake: limit-not-limiting
//!
//! The belief: `buffered` limits the tasks. They run since they were spawned, and it limits who waits for them.

use futures::{StreamExt, stream};

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<R, F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    parse: impl Fn(R) -> u64,
    store: impl Fn(u64) -> S,
) where
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
    S: Future<Output = ()>,
{
    let store = |page| store(parse(page));
    let tasks: Vec<_> = pages.map(|page| tokio::spawn(fetch(page))).collect();
    let mut fetched = stream::iter(tasks).buffered(limit);
    while let Some(page) = fetched.next().await {
        store(page.expect("a fetch does not panic")).await;
    }
}
