//! mistake: limit-not-limiting
//!
//! The belief: naming the permit in the task moves it there. `let _ =` uses nothing, so the task does
//! not capture the permit, and it is dropped outside as soon as the task is spawned.

use std::sync::Arc;

use tokio::sync::Semaphore;
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
    let permits = Arc::new(Semaphore::new(limit));
    let mut fetches = JoinSet::new();
    let mut sum = 0;
    for page in pages {
        let permit = permits.clone().acquire_owned().await.expect("it is never closed");
        // Finished tasks keep their results in the set until somebody takes them.
        while let Some(size) = fetches.try_join_next() {
            sum += size.expect("a fetch does not panic");
        }
        let fetch = fetch(page);
        fetches.spawn(async move {
            let _ = permit;
            fetch.await
        });
    }
    sum + fetches.join_all().await.into_iter().sum::<u64>()
}
