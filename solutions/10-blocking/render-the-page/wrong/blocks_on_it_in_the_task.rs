//! mistake: runtime-is-everywhere
//! "The task should wait, so the `block_on` moves into the task." There, Tokio refuses it: `.await` is how a task waits.

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    let text = Handle::current().block_on(spawn_blocking(load));
    let text = text.expect("loading does not panic");
    spawn_blocking(move || render(text)).await.expect("rendering does not panic")
}
