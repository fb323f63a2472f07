//! mistake: lifo-slot

use tokio::sync::mpsc;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let _ = writer.send(joke).await; // an error: the client has left
    async { count() }.await
}
