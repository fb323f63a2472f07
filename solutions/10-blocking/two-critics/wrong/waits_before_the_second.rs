//! mistake: await-in-sequence
//! Both are on the pool, but the second job is not there before the first is done.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let rating = "a critic does not panic";
    let first = spawn_blocking(first).await.expect(rating);
    let second = spawn_blocking(second).await.expect(rating);
    (first, second)
}
