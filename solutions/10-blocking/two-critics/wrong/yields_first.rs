//! mistake: join-is-parallel
//! "With a `yield_now`, both get their turn." So they do, one turn each, on the same thread.

use tokio::task::yield_now;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    tokio::join!(
        async {
            yield_now().await;
            first()
        },
        async {
            yield_now().await;
            second()
        }
    )
}
