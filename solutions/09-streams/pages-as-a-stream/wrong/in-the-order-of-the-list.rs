//! mistake: batch-waits-for-its-slowest
//!
//! The belief: `buffered` is the safer of the two. It keeps the order, so what is done waits behind what is not, and keeps
//! its place.

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
    pages.map(fetch).buffered(limit)
}
