//! mistake: unbounded-is-safe
//!
//! The belief: three run and three wait in the channel, so the limit holds. What waits has been taken from the list, too: two limits add up.

use std::pin::pin;

use async_stream::stream;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;

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
        let (sizes, mut done) = mpsc::channel(limit);
        let mut fetching = pin!(pages.for_each_concurrent(limit, |page| {
            let (fetch, sizes) = (fetch(page), sizes.clone());
            async move {
                let _ = sizes.send(fetch.await).await;
            }
        }));
        let mut all_fetched = false;
        loop {
            tokio::select! {
                () = &mut fetching, if !all_fetched => all_fetched = true,
                Some(size) = done.recv(), if !all_fetched || !done.is_empty() => yield size,
                else => break,
            }
        }
    }
}
