//! mistake: blocking-pool-nesting
//! "No `block_on` any more: the job waits for a channel." It waits, with a thread of the pool, for a job of the pool.

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    let page = spawn_blocking(move || {
        let (send, text) = oneshot::channel();
        spawn_blocking(move || send.send(load()));
        render(text.blocking_recv().expect("loading does not panic"))
    });
    page.await.expect("rendering does not panic")
}
