//! Each page as a stream of one size, and at most `limit` of these polled at a time.

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
    pages.flat_map_unordered(limit, move |page| Box::pin(stream::once(fetch(page))))
}
