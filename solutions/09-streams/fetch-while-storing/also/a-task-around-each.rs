//! A task inside the future: it is spawned when `buffered` first polls it.

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
    stream::iter(pages)
        .map(|page| {
            let fetch = fetch(page);
            async { tokio::spawn(fetch).await.expect("a fetch does not panic") }
        })
        .buffered(limit)
        .for_each(store)
        .await;
}
