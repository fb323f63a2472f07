//! mistake: in-order-is-one-by-one
//!
//! The belief: what keeps the order does one thing after another.

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
    stream::iter(pages)
        .map(|page| tokio::spawn(fetch(page)))
        .buffered(limit)
        .map(|page| store(page.expect("a fetch does not panic")))
        .buffered(4)
        .for_each(async |()| {})
        .await;
}
