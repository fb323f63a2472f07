//! mistake: ended-branch-spins
//! "If there is no job, there is nothing to do." So around it goes, and a queue that has ended has an answer at once, every time.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        tokio::select! {
            _ = &mut stop => return,
            job = queue.recv() => if let Some(job) = job {
                store(job).await;
            },
        }
    }
}
