//! mistake: blocking-in-async
//! "`join!` is one task, so spawn two." With several workers, that is two threads, and two workers that serve nobody; with one
//! thread, it is no better than before.

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let first = tokio::spawn(async { first() });
    let second = tokio::spawn(async { second() });
    let rating = "a critic does not panic";
    (first.await.expect(rating), second.await.expect(rating))
}
