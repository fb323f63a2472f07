//! mistake: unnamed
//!
//! The belief: a place becomes free when a size comes out, so that is when to look at the list. A page that comes in between
//! waits, though a place is free.

use std::pin::pin;

use async_stream::stream;
use futures::{FutureExt, Stream, StreamExt};
use tokio::task::JoinSet;

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
        let mut pages = pin!(pages.fuse());
        let mut fetches = JoinSet::new();
        loop {
            while fetches.len() < limit
                && let Some(Some(page)) = pages.next().now_or_never()
            {
                fetches.spawn(fetch(page));
            }
            if let Some(size) = fetches.join_next().await {
                yield size.expect("a fetch does not panic");
            } else if let Some(page) = pages.next().await {
                fetches.spawn(fetch(page));
            } else {
                break;
            }
        }
    }
}
