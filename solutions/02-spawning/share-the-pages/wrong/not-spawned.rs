//! mistake: await-in-sequence
//! "Without `spawn` there is no `'static`, and it compiles." Nor is there a task: one word
//! after the other.

use std::future::Future;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let mut counts = Vec::new();
    for word in &words {
        let mut hits = 0;
        for page in &pages {
            if page.has(word).await {
                hits += 1;
            }
        }
        counts.push(hits);
    }
    counts
}
