//! mistake: other-futures-keep-going
//!
//! The belief: with `next` beside the store, the fetches are polled. They are until the next page is there, which is often at
//! once.

use futures::{StreamExt, join, stream};

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
    let mut fetched = stream::iter(pages).map(fetch).buffered(limit);
    let mut page = fetched.next().await;
    while let Some(this) = page {
        (_, page) = join!(store(this), fetched.next());
    }
}
