//! mistake: one-job-one-thread
//! "The blocking pool has hundreds of threads, it will spread the work." A job has one of them.

use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    spawn_blocking(move || (first(), second())).await.expect("a critic does not panic")
}
