//! mistake: other-futures-keep-going
//!
//! The belief: within one pipeline, everything runs. `then` polls its own future or the stream before it, not both.

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
    stream::iter(pages).map(fetch).buffered(limit).then(store).collect::<Vec<()>>().await;
}
