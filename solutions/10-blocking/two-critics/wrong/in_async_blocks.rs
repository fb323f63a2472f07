//! mistake: await-in-sequence
//! "Both are on their way, I only await them." `spawn_blocking` starts at once, but these calls are inside `async` blocks, which do not.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let first = async { spawn_blocking(first).await };
    let second = async { spawn_blocking(second).await };
    let rating = "a critic does not panic";
    (first.await.expect(rating), second.await.expect(rating))
}
