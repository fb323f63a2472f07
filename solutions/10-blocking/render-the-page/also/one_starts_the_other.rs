//! The first job starts the second, and ends without waiting for it. Only the task waits, for the page.

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    let (send, page) = oneshot::channel();
    spawn_blocking(move || {
        let text = load();
        spawn_blocking(move || send.send(render(text)));
    });
    page.await.expect("neither panics")
}
