//! mistake: limit-not-limiting
//!
//! The belief: the limit is about the flattening. `None` says: as many as you like.

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
    let _ = limit;
    pages.flat_map_unordered(None, move |page| Box::pin(stream::once(fetch(page))))
}
