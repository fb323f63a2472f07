//! mistake: unbounded-is-safe
//!
//! The belief: if a full channel stops the fetches, the channel must never be full. Now nothing stops them.

use futures::{StreamExt, stream};
use tokio::sync::mpsc;

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    store: impl Fn(u64) -> S,
) where
    F: Future<Output = u64> + Send + 'static,
    S: Future<Output = ()>,
{
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let fetching = async move {
        let mut fetched = stream::iter(pages).map(fetch).buffered(limit);
        while let Some(page) = fetched.next().await {
            let _ = sender.send(page);
        }
    };
    let storing = async {
        while let Some(page) = receiver.recv().await {
            store(page).await;
        }
    };
    tokio::join!(fetching, storing);
}
