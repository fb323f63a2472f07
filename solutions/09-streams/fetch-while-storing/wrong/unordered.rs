//! mistake: completion-order
//!
//! The belief: `buffer_unordered` starts the fetches in any order, and hands them out in the list's.

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
    let mut fetched =
        stream::iter(pages).map(|page| tokio::spawn(fetch(page))).buffer_unordered(limit);
    while let Some(page) = fetched.next().await {
        store(page.expect("a fetch does not panic")).await;
    }
}
