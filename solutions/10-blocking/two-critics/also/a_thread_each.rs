//! A thread of its own for each critic, and a channel back into the task. Nothing bounds how many threads that is.

use std::thread;

use tokio::sync::oneshot;

/// The answer of a thread that runs this.
fn on_a_thread(critic: impl FnOnce() -> u32 + Send + 'static) -> oneshot::Receiver<u32> {
    let (send, rated) = oneshot::channel();
    thread::spawn(move || send.send(critic()));
    rated
}

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    let (first, second) = (on_a_thread(first), on_a_thread(second));
    let rating = "a critic does not panic";
    (first.await.expect(rating), second.await.expect(rating))
}
