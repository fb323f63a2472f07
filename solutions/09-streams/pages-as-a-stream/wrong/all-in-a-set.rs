//! mistake: limit-not-limiting
//!
//! The belief: `take` of a few, or a limit on what comes out, limits what is polled. A `FuturesUnordered` polls all it holds.

use futures::stream::FuturesUnordered;
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
    let fetches = pages.map(fetch).collect::<FuturesUnordered<F>>();
    stream::once(fetches).flatten().ready_chunks(limit).flat_map(stream::iter)
}
