//! Not even one page too many: the permit comes before `next`.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    mut pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(limit));
    let mut fetches = JoinSet::new();
    let mut sum = 0;
    loop {
        let permit = permits.clone().acquire_owned().await.expect("it is never closed");
        let Some(page) = pages.next() else { break };
        let fetch = fetch(page);
        fetches.spawn(async move {
            let _permit = permit; // dropped when the task ends
            fetch.await
        });
        while let Some(size) = fetches.try_join_next() {
            sum += size.expect("a fetch does not panic");
        }
    }
    sum + fetches.join_all().await.into_iter().sum::<u64>()
}
