//! mistake: one-source-at-a-time
//!
//! `stop` is looked at before each wait, and the wait is for a job.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    while stop.try_recv().is_err() {
        match queue.recv().await {
            Some(job) => store(job).await,
            None => return,
        }
    }
}
