//! The fetches are tasks, so the runtime polls them, whatever the loop does. `buffered` holds their handles, and `map` spawns
//! one only when there is a place.

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
    let mut fetched =
        stream::iter(pages).map(|page| tokio::spawn(fetch(page))).buffered(limit);
    while let Some(page) = fetched.next().await {
        store(page.expect("a fetch does not panic")).await;
    }
}
