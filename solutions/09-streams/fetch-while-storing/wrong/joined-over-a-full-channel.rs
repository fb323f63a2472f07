//! mistake: other-futures-keep-going
//!
//! The belief: `join!` polls both sides, so the fetches are polled. When the channel is full, their side waits in `send`.

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
    let (sender, mut receiver) = mpsc::channel(limit);
    let fetching = async move {
        let mut fetched = stream::iter(pages).map(fetch).buffered(limit);
        while let Some(page) = fetched.next().await {
            let _ = sender.send(page).await;
        }
    };
    let storing = async {
        while let Some(page) = receiver.recv().await {
            store(page).await;
        }
    };
    tokio::join!(fetching, storing);
}
