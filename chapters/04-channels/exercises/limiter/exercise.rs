//! A crawler that is polite: it fetches at most `limit` pages at a time.
//!
//! So it was meant. The server's owner says that all pages are fetched at once.
//!
//! What must hold at the end:
//! - every page is fetched once, and the sum of the sizes is returned;
//! - at most `limit` fetches run at a time, and no fewer while pages are left;
//! - the list of pages may be endless: no page is taken from it long before its turn. While
//!   `limit` fetches run, at most one page more has been taken.
//!
//! Change the body of `crawl` as you like, and leave the rest.
//!
//! Check: cargo course check limiter

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
    // TODO: where is the permit while the page is fetched?
    for page in pages {
        let permits = permits.clone();
        let fetch = fetch(page);
        fetches.spawn(async move {
            let _ = permits.acquire().await;
            fetch.await
        });
    }
    fetches.join_all().await.into_iter().sum()
}
