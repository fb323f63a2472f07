//! mistake: borrow-into-spawn
//! error: E0382
//! "`move`, as rustc suggests, and all is well." The first task takes the pages away.

use std::future::Future;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let mut tasks = Vec::new();
    for word in words {
        tasks.push(tokio::spawn(async move {
            let mut hits = 0;
            for page in &pages {
                if page.has(&word).await {
                    hits += 1;
                }
            }
            hits
        }));
    }

    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.expect("a page does not panic"));
    }
    counts
}
