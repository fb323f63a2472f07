//! mistake: blocking-in-async
//! "Then the task does the waiting." But with `block_on` instead of `.await`, it is its thread that waits.

use futures::executor::block_on;
use tokio::task::spawn_blocking;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    let text = block_on(spawn_blocking(load)).expect("loading does not panic");
    spawn_blocking(move || render(text)).await.expect("rendering does not panic")
}
