//! # Render the page
//!
//! A page of jokes is loaded, then rendered. Both block, so both go to the blocking pool. In the tests all is well. In the
//! evening, when many people ask for pages, the server stops answering, and it does not recover.
//!
//! At the end:
//!
//! - `page` loads, then renders what was loaded, and returns what was rendered;
//! - neither of the two keeps other tasks from their turns;
//! - it works whatever the size of the pool, with one thread, and with as many pages as you like.
//!
//! Change anything except the signature of `page`.
//!
//! ```console
//! $ cargo course check render-the-page
//! ```

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
        // TODO: what does this thread do until the page is loaded?
        let text = Handle::current().block_on(loaded(load));
        render(text)
    });
    page.await.expect("rendering does not panic")
}
