//! mistake: lost-in-a-branch
//!
//! The belief: a branch that loses goes on where it was in the next round. The page that it held is lost.

use std::pin::pin;
use std::sync::Arc;

use async_stream::stream;
use futures::stream::FuturesUnordered;
use futures::{Stream, StreamExt};
use tokio::sync::Semaphore;

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
        let places = Arc::new(Semaphore::new(limit));
        let mut running = FuturesUnordered::new();
        let mut more = true;
        while more || !running.is_empty() {
            let next = async {
                let page = pages.next().await?;
                let place = places.clone().acquire_owned().await.expect("never closed");
                Some((page, place))
            };
            let size = tokio::select! {
                next = next, if more => {
                    match next {
                        Some((page, place)) => {
                            let fetching = fetch(page);
                            running.push(async move {
                                let size = fetching.await;
                                drop(place);
                                size
                            });
                        }
                        None => more = false,
                    }
                    None
                }
                size = running.next(), if !running.is_empty() => size,
            };
            if let Some(size) = size {
                yield size;
            }
        }
    }
}
