//! mistake: blocking-pool-nesting
//! "The job must not wait for a job, so it waits for a task." The task waits for a job, so it comes to the same.

use tokio::runtime::Handle;
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
    let page = spawn_blocking(move || {
        let runtime = Handle::current();
        let text = runtime.spawn(loaded(load));
        render(runtime.block_on(text).expect("loading does not panic"))
    });
    page.await.expect("rendering does not panic")
}
