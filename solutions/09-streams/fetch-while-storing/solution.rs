//! The fetches are tasks, so the runtime polls them, whatever the loop does. `buffered` holds their handles, and `map` spawns
//! one only when there is a place.

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
    let mut fetched =
        stream::iter(pages).map(|page| tokio::spawn(fetch(page))).buffered(limit);
    while let Some(page) = fetched.next().await {
        store(parse(page.expect("a fetch does not panic"))).await;
    }
}
