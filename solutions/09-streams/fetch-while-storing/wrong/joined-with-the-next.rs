//! mistake: other-futures-keep-going
//!
//! The belief: with `next` beside the store, the fetches are polled. They are until the next page is there, which is often at
//! once.

use futures::{StreamExt, join, stream};

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
    let mut fetched = stream::iter(pages).map(fetch).buffered(limit);
    let mut page = fetched.next().await;
    while let Some(this) = page {
        (_, page) = join!(store(this), fetched.next());
    }
}
