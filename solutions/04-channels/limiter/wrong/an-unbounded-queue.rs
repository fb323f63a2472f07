//! mistake: unbounded-is-safe
//! Three workers on a queue, as it should be: and a queue that takes the whole list at once.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let (queue, fetches) = mpsc::unbounded_channel();
    let fetches = Arc::new(Mutex::new(fetches));
    let mut workers = JoinSet::new();
    for _ in 0..limit {
        let fetches = fetches.clone();
        workers.spawn(async move {
            let mut sum = 0;
            loop {
                let next = fetches.lock().await.recv().await;
                let Some(fetch) = next else { return sum };
                sum += fetch.await;
            }
        });
    }
    for page in pages {
        let _ = queue.send(fetch(page));
    }
    drop(queue);
    workers.join_all().await.into_iter().sum()
}
