//! mistake: other-futures-keep-going
//!
//! The belief: it was the loop that held them up. `for_each` is that loop.

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
    stream::iter(pages).map(fetch).buffered(limit).for_each(store).await;
}
