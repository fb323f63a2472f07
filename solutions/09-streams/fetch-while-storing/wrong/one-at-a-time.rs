//! mistake: await-in-sequence
//!
//! The belief: a fetch that is awaited at once cannot freeze. True, and there is only one.

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
    let _ = limit;
    let mut fetched = Box::pin(stream::iter(pages).then(fetch));
    while let Some(page) = fetched.next().await {
        store(page).await;
    }
}
