//! mistake: select-keeps-progress
//!
//! The belief: `select!` waits for the work that is left in the other branch.

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
    let (tx, mut rx) = mpsc::channel(limit);
    let fetching = async {
        let mut fetched =
            stream::iter(pages).map(|page| tokio::spawn(fetch(page))).buffered(limit);
        while let Some(page) = fetched.next().await {
            let _ = tx.send(page.expect("a fetch does not panic")).await;
        }
    };
    let storing = async {
        while let Some(page) = rx.recv().await {
            store(page).await;
        }
    };
    tokio::select! {
        () = fetching => {}
        () = storing => {}
    }
}
