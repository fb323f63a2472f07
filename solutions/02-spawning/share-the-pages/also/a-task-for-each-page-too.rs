//! The task of a word spawns one for each page. All of them own what they use.

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
    let pages: Vec<Arc<P>> = pages.into_iter().map(Arc::new).collect();
    let mut tasks = Vec::new();
    for word in words {
        let pages = pages.clone();
        tasks.push(tokio::spawn(async move {
            let word: Arc<str> = word.into();
            let mut looks = JoinSet::new();
            for page in pages {
                let word = word.clone();
                looks.spawn(async move { page.has(&word).await });
            }
            looks.join_all().await.into_iter().filter(|found| *found).count()
        }));
    }
    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.expect("a page does not panic"));
    }
    counts
}
