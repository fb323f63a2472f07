//! mistake: unbounded-is-safe
//!
//! The belief: only what runs costs anything. The limit holds, and behind it stands a task for every page there is.

use std::sync::Arc;

use async_stream::stream;
use futures::{Stream, StreamExt};
use tokio::sync::Semaphore;
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
        let permits = Arc::new(Semaphore::new(limit));
        let mut fetches = JoinSet::new();
        for await page in pages.map(fetch) {
            let permits = permits.clone();
            fetches.spawn(async move {
                let _permit = permits.acquire().await;
                page.await
            });
        }
        while let Some(size) = fetches.join_next().await {
            yield size.expect("a fetch does not panic");
        }
    }
}
