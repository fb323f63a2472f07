//! mistake: other-futures-keep-going
//!
//! The belief: `join!` polls both sides, so the fetches are polled. When the channel is full, their side waits in `send`.

use futures::{StreamExt, stream};
use tokio::sync::mpsc;

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<R, F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    parse: impl Fn(R) -> u64,
    store: impl Fn(u64) -> S,
) where
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
    S: Future<Output = ()>,
{
    let store = |page| store(parse(page));
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
