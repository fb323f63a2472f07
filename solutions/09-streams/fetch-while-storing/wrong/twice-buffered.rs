//! mistake: other-futures-keep-going
//!
//! The belief: a second buffer makes the storing one of the futures that run. It is polled, and while it is not done, the
//! first buffer is not.

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
        .map(fetch)
        .buffered(limit)
        .map(store)
        .buffered(1)
        .for_each(async |()| {})
        .await;
}
