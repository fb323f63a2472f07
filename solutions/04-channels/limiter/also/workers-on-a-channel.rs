//! `limit` workers, each of which offers a place when it is free; a page is taken from the list
//! when there is a place for it. The bound is the number of workers.

use tokio::sync::{mpsc, oneshot};
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
    let (free, mut places) = mpsc::channel::<oneshot::Sender<F>>(limit);
    let mut workers = JoinSet::new();
    for _ in 0..limit {
        let free = free.clone();
        workers.spawn(async move {
            let mut sum = 0;
            loop {
                let (place, fetch) = oneshot::channel();
                if free.send(place).await.is_err() {
                    return sum;
                }
                let Ok(fetch) = fetch.await else { return sum };
                sum += fetch.await;
            }
        });
    }
    for page in pages {
        let place = places.recv().await.expect("the workers live as long as we ask");
        let _ = place.send(fetch(page));
    }
    drop(places);
    workers.join_all().await.into_iter().sum()
}
