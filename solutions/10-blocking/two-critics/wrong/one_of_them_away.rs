//! mistake: blocking-in-async
//! "One of them goes to the pool, and this thread does the other in the meantime." This thread had something to do already.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let first = spawn_blocking(first);
    let second = second();
    (first.await.expect("a critic does not panic"), second)
}
