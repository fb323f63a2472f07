//! mistake: unbounded-is-safe
//!
//! The belief: if a full channel stops the fetches, the channel must never be full. Now nothing stops them.

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
