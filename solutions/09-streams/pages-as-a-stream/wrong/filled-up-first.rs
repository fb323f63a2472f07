//! mistake: other-futures-keep-going
//!
//! The belief: filling up takes no time. While the list makes its next page wait, nobody polls the fetches in the set.

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
            while fetches.len() < limit
                && let Some(page) = pages.next().await
            {
                fetches.push(fetch(page));
            }
            match fetches.next().await {
                Some(size) => yield size,
                None => break,
            }
        }
    }
}
