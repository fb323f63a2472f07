//! # The reply comes first
//!
//! `answer` leaves a joke to the task that writes it to the client. Then it counts words for the statistics, which takes a
//! while, and nobody is in a hurry for that. But clients get their joke only when the counting is over, though the server has
//! eight workers, and seven of them have nothing to do.
//!
//! At the end:
//!
//! - `answer` sends the joke to the writer, calls `count`, and returns what that returned;
//! - the joke does not wait for the counting: while `count` runs, the writer gets its turn;
//! - so does every other task, even while as many answers are counting as there are workers.
//!
//! `count` computes, and never waits for anything. The server has a multi-thread runtime. Change anything except the signature
//! of `answer`.
//!
//! ```console
//! $ cargo course check reply-first
//! ```

use tokio::sync::mpsc;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let _ = writer.send(joke).await; // an error: the client has left
    // TODO: on which thread does the writer run now?
    count()
}
