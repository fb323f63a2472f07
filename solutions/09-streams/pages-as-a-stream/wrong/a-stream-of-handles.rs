//! mistake: limit-not-limiting
//!
//! The belief: spawning is getting ready, and the fetch begins when its handle is polled.

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
    let handles = pages.map(move |page| tokio::spawn(fetch(page))).collect::<Vec<_>>();
    stream::once(handles)
        .flat_map(stream::iter)
        .buffer_unordered(limit)
        .map(|size| size.expect("a fetch does not panic"))
}
