//! mistake: other-futures-keep-going
//!
//! The belief: a `yield_now` gives the other futures a turn. It gives one to other *tasks*.

use futures::{StreamExt, stream};
use tokio::task::yield_now;

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
    while let Some(page) = fetched.next().await {
        yield_now().await;
        store(page).await;
    }
}
