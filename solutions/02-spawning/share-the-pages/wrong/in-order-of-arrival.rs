//! mistake: completion-order
//! The belief: a `JoinSet` returns its tasks in the order in which they were spawned.

use std::future::Future;
use std::sync::Arc;
use tokio::task::JoinSet;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages = Arc::new(pages);
    let mut tasks = JoinSet::new();
    for word in words {
        let pages = pages.clone();
        tasks.spawn(async move {
            let mut hits = 0;
            for page in pages.iter() {
                hits += usize::from(page.has(&word).await);
            }
            hits
        });
    }
    tasks.join_all().await
}
