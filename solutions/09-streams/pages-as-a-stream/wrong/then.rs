//! mistake: await-in-sequence
//!
//! The belief: a stream of futures runs them side by side. `then` awaits each before it asks for the next.

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
    let _ = limit;
    pages.then(fetch)
}
