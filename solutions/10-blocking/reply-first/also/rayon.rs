//! Rayon counts.

use tokio::sync::mpsc;
use tokio::sync::oneshot;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let _ = writer.send(joke).await; // an error: the client has left
    let (counted, answer) = oneshot::channel();
    rayon::spawn(move || {
        let _ = counted.send(count());
    });
    answer.await.expect("counting does not panic")
}
