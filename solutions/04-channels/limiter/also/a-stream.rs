//! A stream keeps as many futures as it may, and pulls the next page when one of them is done.

use futures::{StreamExt, stream};

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let fetches = stream::iter(pages).map(fetch).buffer_unordered(limit);
    fetches.fold(0, async |sum, size| sum + size).await
}
