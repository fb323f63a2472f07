//! mistake: unnamed

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let counted = spawn_blocking(count).await.expect("counting does not panic");
    let _ = writer.send(joke).await; // an error: the client has left
    counted
}
