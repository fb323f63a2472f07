//! mistake: dropped-after-taking
//! "No race, so nothing is dropped: take a job, look whether to stop, store it." Told to stop, it returns with the job in its hand.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    while let Some(job) = queue.recv().await {
        if stop.try_recv().is_ok() {
            return;
        }
        store(job).await;
    }
}
