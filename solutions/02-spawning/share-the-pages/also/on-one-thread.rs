//! Tasks that all stay on this thread need no `Arc`: an `Rc` will do.

use std::future::Future;
use std::rc::Rc;

use tokio::task::LocalSet;

/// A page to search, far away and slow to answer.
pub trait Page: Send + Sync + 'static {
    /// Whether the page has the word.
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send;
}

/// Counts for each word the pages that have it.
pub async fn search<P: Page>(pages: Vec<P>, words: Vec<String>) -> Vec<usize> {
    let pages = Rc::new(pages);
    let local = LocalSet::new();
    let mut tasks = Vec::new();
    for word in words {
        let pages = Rc::clone(&pages);
        tasks.push(local.spawn_local(async move {
            let mut hits = 0;
            for page in pages.iter() {
                hits += usize::from(page.has(&word).await);
            }
            hits
        }));
    }
    local.await;
    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.expect("a page does not panic"));
    }
    counts
}
