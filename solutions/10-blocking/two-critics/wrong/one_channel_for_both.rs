//! mistake: completion-order
//! "A channel keeps the order." It does, of what is sent: whoever is done first sends first.

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let (ratings, mut arrived) = mpsc::channel(2);
    let of_the_second = ratings.clone();
    spawn_blocking(move || ratings.blocking_send(first()));
    spawn_blocking(move || of_the_second.blocking_send(second()));
    let critics_answer = "a critic does not panic";
    (
        arrived.recv().await.expect(critics_answer),
        arrived.recv().await.expect(critics_answer),
    )
}
