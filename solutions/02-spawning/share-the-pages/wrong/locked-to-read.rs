//! mistake: tokio-mutex-always
//! The belief: what tasks share has to be locked. Nobody changes the pages here.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages = Arc::new(Mutex::new(pages));
    let mut tasks = Vec::new();
    for word in words {
        let pages = pages.clone();
        tasks.push(tokio::spawn(async move {
            let mut hits = 0;
            for page in pages.lock().await.iter() {
                hits += usize::from(page.has(&word).await);
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
