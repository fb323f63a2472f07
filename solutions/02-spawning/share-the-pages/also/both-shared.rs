//! Both lists in one `Arc`, and each task knows its word by its place. More is shared than
//! has to be, and nothing is borrowed.

use std::future::Future;
use std::sync::Arc;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let both = Arc::new((pages, words));
    let mut tasks = Vec::new();
    for place in 0..both.1.len() {
        let both = both.clone();
        tasks.push(tokio::spawn(async move {
            let (pages, words) = &*both;
            let mut hits = 0;
            for page in pages {
                if page.has(&words[place]).await {
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
