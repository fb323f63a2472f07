//! mistake: else-waits-for-all
//! "At the end of the queue, its pattern does not match, and `else` runs." Not while `stop` is in the race, and nobody says stop.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => return,
            Some(job) = queue.recv() => store(job).await,
            else => return,
        }
    }
}
