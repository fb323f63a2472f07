//! `map` is lazy: a fetch is made when `buffer_unordered` has a place for it. So the fetches themselves are what is
//! limited.

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
    pages.map(fetch).buffer_unordered(limit)
}
