//! `spawn_blocking` starts the job when it is called, so its handles can be awaited one after the other.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let first = spawn_blocking(first);
    let second = spawn_blocking(second);
    let rating = "a critic does not panic";
    (first.await.expect(rating), second.await.expect(rating))
}
