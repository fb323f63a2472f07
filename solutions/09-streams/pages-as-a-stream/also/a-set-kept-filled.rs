//! What `buffer_unordered` does, written down: wait for a page, if there is a place for it, and for any of the fetches.

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
        let mut pages = Box::pin(pages.fuse());
        let mut fetches = FuturesUnordered::new();
        loop {
            tokio::select! {
                page = pages.next(), if fetches.len() < limit && !pages.is_done() => {
                    fetches.extend(page.map(&fetch));
                }
                Some(size) = fetches.next() => yield size,
                else => break,
            }
        }
    }
}
