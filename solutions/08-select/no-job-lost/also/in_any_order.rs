//! Without `biased`: when a job and `stop` are both ready, either may be taken, and so one more job may be stored. None is lost.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        let job = tokio::select! {
            _ = &mut stop => None,
            job = queue.recv() => job,
        };
        let Some(job) = job else { return };
        store(job).await;
    }
}
