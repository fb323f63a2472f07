//! A job of the blocking pool for each critic, both started before either is waited for.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let (first, second) = tokio::join!(spawn_blocking(first), spawn_blocking(second));
    let rating = "a critic does not panic";
    (first.expect(rating), second.expect(rating))
}
