//! mistake: spawn-and-return
//! The belief: a task that has sent its result is over. It still has its pages then, on another
//! thread.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages = Arc::new(pages);
    let mut results = Vec::new();
    for word in words {
        let (sender, result) = oneshot::channel();
        results.push(result);
        let pages = pages.clone();
        tokio::spawn(async move {
            let mut hits = 0;
            for page in pages.iter() {
                hits += usize::from(page.has(&word).await);
            }
            let _ = sender.send(hits);
        });
    }
    drop(pages);
    let mut counts = Vec::new();
    for result in results {
        counts.push(result.await.expect("a page does not panic"));
    }
    counts
}
