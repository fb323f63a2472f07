//! mistake: blocking-in-async
//! "Rayon does it in parallel." It does, and `rayon::join` returns when both are done: until then, this thread waits.

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    rayon::join(first, second)
}
