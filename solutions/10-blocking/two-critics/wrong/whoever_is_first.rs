//! mistake: completion-order
//! "A `JoinSet` returns what it was given, in that order." It returns what is done, and the second critic may be done first.

use tokio::task::JoinSet;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let mut critics = JoinSet::new();
    critics.spawn_blocking(first);
    critics.spawn_blocking(second);
    let ratings = critics.join_all().await;
    (ratings[0], ratings[1])
}
