//! mistake: blocking-in-async
//!
//! The belief: the first is done by the time the second is, so `join` does not wait. Where it is not, it keeps the thread.

use std::thread;

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let first = thread::spawn(first);
    let second = spawn_blocking(second).await.expect("a critic does not panic");
    (first.join().expect("a critic does not panic"), second)
}
