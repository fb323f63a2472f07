//! `block_in_place` hands the worker's tasks, the one in its slot too, to another thread.

use tokio::sync::mpsc;
use tokio::task::block_in_place;

/// Sends the joke to the writer, then counts.
pub async fn answer<C>(joke: String, writer: mpsc::Sender<String>, count: C) -> usize
where
    C: FnOnce() -> usize + Send + 'static,
{
    let _ = writer.send(joke).await; // an error: the client has left
    block_in_place(count)
}
