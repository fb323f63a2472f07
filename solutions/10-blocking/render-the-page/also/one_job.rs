//! One job does both: what follows in the same thread needs nobody to wait.

use tokio::task::spawn_blocking;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    spawn_blocking(|| render(load())).await.expect("neither panics")
}
