//! mistake: limit-at-the-edge
//! Workers, and a queue with room for one. While all of them fetch, one page waits in the queue, and the
//! next waits to get in.

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
    let (queue, queued) = mpsc::channel::<F>(1);
    let queued = Arc::new(Mutex::new(queued));
    let mut workers = JoinSet::new();
    for _ in 0..limit {
        let queued = queued.clone();
        workers.spawn(async move {
            let mut sum = 0;
            loop {
                let next = queued.lock().await.recv().await;
                let Some(fetch) = next else { return sum };
                sum += fetch.await;
            }
        });
    }
    for page in pages {
        let _ = queue.send(fetch(page)).await;
    }
    drop(queue);
    workers.join_all().await.into_iter().sum()
}
