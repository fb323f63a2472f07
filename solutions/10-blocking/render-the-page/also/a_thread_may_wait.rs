//! A thread that is not of the pool may wait for a job of the pool: it keeps no job from its thread. With many pages, that is
//! many threads.

use std::thread;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
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
    let (send, rendered) = oneshot::channel();
    let runtime = Handle::current();
    thread::spawn(move || {
        let text = runtime.block_on(loaded(load));
        send.send(render(text))
    });
    rendered.await.expect("neither panics")
}
