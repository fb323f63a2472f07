//! mistake: blocking-in-async

use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let _ = writer.send(joke).await; // an error: the client has left
    sleep(Duration::from_millis(1)).await;
    count()
}
