//! Without tasks: `join!` polls the storing beside a loop that never waits without polling the fetches. What is bounded is
//! the taking of pages, not the handing over: a full channel would stop that loop, and the fetches with it.

use futures::StreamExt;
use futures::stream::FuturesOrdered;
use tokio::sync::{Semaphore, mpsc};

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
    let room = Semaphore::new(2 * limit);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let fetching = async {
        let sender = sender; // dropped at the end of this block
        let mut pages = pages.peekable();
        let mut under_way = FuturesOrdered::new();
        loop {
            tokio::select! {
                permit = room.acquire(), if under_way.len() < limit && pages.peek().is_some() => {
                    permit.expect("it is never closed").forget();
                    under_way.extend(pages.next().map(&fetch));
                }
                Some(page) = under_way.next() => {
                    let _ = sender.send(page);
                }
                else => break,
            }
        }
    };
    let storing = async {
        while let Some(page) = receiver.recv().await {
            store(page).await;
            room.add_permits(1);
        }
    };
    tokio::join!(fetching, storing);
}
