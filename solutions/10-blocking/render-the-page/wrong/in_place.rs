//! mistake: runtime-is-everywhere
//! "No pool at all: `block_in_place`." It panics on a runtime with one thread, and on others it starts threads for what a job could do.

use tokio::task::block_in_place;

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    block_in_place(|| render(load()))
}
