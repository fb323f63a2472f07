//! mistake: blocking-in-async
//! "Loading is I/O, so it goes to the pool. Rendering is ordinary code." It blocks for as long as it computes.

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
    let text = loaded(load).await;
    render(text)
}
