//! mistake: spawn-then-await
//! "A task may have the pages if it gives them back." That compiles, and only one task can
//! have them at a time.

use std::future::Future;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let mut pages = pages;
    let mut counts = Vec::new();
    for word in words {
        let task = tokio::spawn(async move {
            let mut hits = 0;
            for page in &pages {
                if page.has(&word).await {
                    hits += 1;
                }
            }
            (pages, hits)
        });
        let hits;
        (pages, hits) = task.await.expect("a page does not panic");
        counts.push(hits);
    }
    counts
}
