//! mistake: blocking-pool-nesting
//! "It is Tokio's `block_on` that hangs. The one of `futures` does not know about runtimes." The thread waits all the same.

use futures::executor::block_on;
use tokio::task::spawn_blocking;

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
    let page = spawn_blocking(move || render(block_on(loaded(load))));
    page.await.expect("rendering does not panic")
}
