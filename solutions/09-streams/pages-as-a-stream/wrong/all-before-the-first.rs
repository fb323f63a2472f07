//! mistake: unbounded-is-safe
//!
//! The belief: a stream of results is a list of results, given out one by one. The limit holds, and the first size comes out
//! when the last page of the list is fetched.

use futures::{Stream, StreamExt, stream};

/// Fetches `pages`, and gives their sizes as they come in.
pub fn crawl<F>(
    pages: impl Stream<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> impl Stream<Item = u64>
where
    F: Future<Output = u64> + Send + 'static,
{
    let sizes = pages.map(fetch).buffer_unordered(limit).collect::<Vec<_>>();
    stream::once(sizes).flat_map(stream::iter)
}
