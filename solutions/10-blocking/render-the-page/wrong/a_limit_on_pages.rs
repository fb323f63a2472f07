//! mistake: blocking-pool-nesting
//! "It hangs when there are many, so let in a few at a time." Now it hangs only where the pool is no larger than the limit.

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

static PAGES: Semaphore = Semaphore::const_new(100);

/// Loads a page, on the blocking pool. Others use it, too.
async fn loaded<L>(load: L) -> String
where
    L: FnOnce() -> String + Send + 'static,
{
    spawn_blocking(load).await.expect("loading does not panic")
}

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    let _permit = PAGES.acquire().await.expect("it is never closed");
    let page = spawn_blocking(move || {
        let text = Handle::current().block_on(loaded(load));
        render(text)
    });
    page.await.expect("rendering does not panic")
}
