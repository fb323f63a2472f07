//! One job of the pool, which starts threads of its own.

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    tokio::task::spawn_blocking(|| {
        std::thread::scope(|scope| {
            let first = scope.spawn(first);
            let second = second();
            (first.join().expect("a critic does not panic"), second)
        })
    })
    .await
    .expect("a critic does not panic")
}
