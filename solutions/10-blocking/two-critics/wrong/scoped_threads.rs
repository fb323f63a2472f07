//! mistake: blocking-in-async
//! "Scoped threads are safe, and may even borrow." At its end, the scope waits for them, and blocks the thread of the tasks.

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = scope.spawn(second);
        let rating = "a critic does not panic";
        (first.join().expect(rating), second.join().expect(rating))
    })
}
