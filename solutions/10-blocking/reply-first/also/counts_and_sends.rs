//! The counting is under way when the joke is sent. Neither waits for the other.

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let counting = spawn_blocking(count);
    let _ = writer.send(joke).await; // an error: the client has left
    counting.await.expect("counting does not panic")
}
