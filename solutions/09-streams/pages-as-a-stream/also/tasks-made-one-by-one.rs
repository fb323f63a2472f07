//! A task for each page is no mistake, if it is spawned when there is a place: the closure of `map` runs no
//! earlier.

use futures::{Stream, StreamExt};

/// Fetches `pages`, and gives their sizes as they come in.
pub fn crawl<F>(
    pages: impl Stream<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> impl Stream<Item = u64>
where
    F: Future<Output = u64> + Send + 'static,
{
    pages
        .map(move |page| tokio::spawn(fetch(page)))
        .buffer_unordered(limit)
        .map(|size| size.expect("a fetch does not panic"))
}
