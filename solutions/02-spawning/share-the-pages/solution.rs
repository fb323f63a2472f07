//! All tasks own the pages together, by an `Arc`: a clone of it is one more owner, not one
//! more copy, and the last owner to go frees them. A word has one task, which owns it alone.

use std::future::Future;
use std::sync::Arc;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages = Arc::new(pages);
    let mut tasks = Vec::new();
    for word in words {
        let pages = Arc::clone(&pages);
        tasks.push(tokio::spawn(async move {
            let mut hits = 0;
            for page in pages.iter() {
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
