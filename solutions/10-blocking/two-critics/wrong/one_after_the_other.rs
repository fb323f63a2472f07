//! mistake: join-is-parallel
//! Without the `join!`, exactly the same happens: two computations in one task run one after the other.

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    (first(), second())
}
