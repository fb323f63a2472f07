//! mistake: completion-order
//!
//! The belief: `buffer_unordered` starts the fetches in any order, and hands them out in the list's.

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
    let mut fetched =
        stream::iter(pages).map(|page| tokio::spawn(fetch(page))).buffer_unordered(limit);
    while let Some(page) = fetched.next().await {
        store(page.expect("a fetch does not panic")).await;
    }
}
