//! mistake: batch-waits-for-its-slowest
//!
//! The belief: three at a time means three, then the next three.

use futures::future::join_all;
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
    pages.map(fetch).chunks(limit).then(join_all).flat_map(stream::iter)
}
