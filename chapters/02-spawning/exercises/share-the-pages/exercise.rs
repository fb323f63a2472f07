//! # Share the pages
//!
//! A search looks through all pages for several words, with a task for each word. Every
//! task needs the same pages, and pages cannot be cloned. This does not compile: read
//! what rustc says about `words`, and what it says about `pages`.
//!
//! At the end:
//!
//! - for each word, `search` counts the pages that have it, in the order of the words;
//! - each word has a task of its own, and all of them run at the same time;
//! - when `search` returns, nothing keeps the pages: they have been dropped.
//!
//! Change the body of `search`, and nothing else.
//!
//! ```console
//! $ cargo course check share-the-pages
//! ```

use std::future::Future;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let mut tasks = Vec::new();
    for word in &words {
        // TODO: what may a task hold on to?
        tasks.push(tokio::spawn(async {
            let mut hits = 0;
            for page in &pages {
                if page.has(word).await {
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
