//! An `Arc<[P]>` saves a step on the way to a page. The task is an `async fn` with
//! parameters: what a task owns is then written down in a signature.

use std::future::Future;
use std::sync::Arc;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages: Arc<[P]> = pages.into();
    let count = |word| tokio::spawn(count(pages.clone(), word));
    let tasks: Vec<_> = words.into_iter().map(count).collect();

    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.expect("a page does not panic"));
    }
    counts
}

async fn count<P: Page>(pages: Arc<[P]>, word: String) -> usize {
    let mut hits = 0;
    for page in &*pages {
        hits += usize::from(page.has(&word).await);
    }
    hits
}
