//! mistake: first-end-ends-all
//!
//! The belief: when the list has ended, everything is done.

use std::pin::pin;

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
        let mut pages = pin!(pages);
        let mut running = FuturesUnordered::new();
        loop {
            let size = tokio::select! {
                biased;
                page = pages.next(), if running.len() < limit => match page {
                    Some(page) => {
                        running.push(fetch(page));
                        None
                    }
                    None => break,
                },
                size = running.next(), if !running.is_empty() => size,
            };
            if let Some(size) = size {
                yield size;
            }
        }
    }
}
