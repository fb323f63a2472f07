//! mistake: join-is-parallel
//! "`join!` has its limits, `join_all` is the real thing." Both poll in one task.

use futures::future::{BoxFuture, join_all};

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let critics: Vec<BoxFuture<'static, u32>> =
        vec![Box::pin(async { first() }), Box::pin(async { second() })];
    let ratings = join_all(critics).await;
    (ratings[0], ratings[1])
}
