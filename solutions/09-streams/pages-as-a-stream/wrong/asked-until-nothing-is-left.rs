//! mistake: polled-after-none
//!
//! The belief: a pattern that does not match switches its branch off for good. It does so for one round.

use async_stream::stream;
use futures::stream::FuturesUnordered;
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
    stream! {
        let mut pages = Box::pin(pages);
        let mut fetches = FuturesUnordered::new();
        loop {
            tokio::select! {
                Some(page) = pages.next(), if fetches.len() < limit => fetches.push(fetch(page)),
                Some(size) = fetches.next() => yield size,
                else => break,
            }
        }
    }
}
