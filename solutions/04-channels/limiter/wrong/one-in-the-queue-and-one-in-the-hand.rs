//! mistake: limit-at-the-edge
//! Workers, and a queue with room for one. While all of them fetch, one page waits in the queue, and the
//! next waits to get in.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let (tx, rx) = mpsc::channel::<F>(1);
    let rx = Arc::new(Mutex::new(rx));
    let mut set = JoinSet::new();
    for _ in 0..limit {
        let rx = rx.clone();
        set.spawn(async move {
            let mut s = 0;
            loop {
                let f = rx.lock().await.recv().await;
                let Some(f) = f else { return s };
                s += f.await
            }
        });
    }
    for p in pages {
        let _ = tx.send(fetch(p)).await;
    }
    drop(tx);
    set.join_all().await.into_iter().sum()
}
