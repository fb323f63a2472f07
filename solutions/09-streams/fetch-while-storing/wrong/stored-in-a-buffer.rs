//! mistake: in-order-is-one-by-one
//!
//! The belief: what keeps the order does one thing after another.

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
    stream::iter(pages)
        .map(|page| tokio::spawn(fetch(page)))
        .buffered(limit)
        .map(|page| store(page.expect("a fetch does not panic")))
        .buffered(4)
        .for_each(async |()| {})
        .await;
}
