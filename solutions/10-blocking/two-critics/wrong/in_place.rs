//! mistake: runtime-is-everywhere
//! "`block_in_place` makes room for the others." It needs a runtime with other workers; and even there, the branches of a `join!` would
//! wait for each other.

use tokio::task::block_in_place;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    tokio::join!(async { block_in_place(first) }, async { block_in_place(second) })
}
