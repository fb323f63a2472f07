//! mistake: biased-starves
//! "The jobs are what matters, so they come first." As long as there is a job, nobody looks whether to stop.

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
            job = queue.recv() => match job {
                Some(job) => store(job).await,
                None => return,
            },
            _ = &mut stop => return,
        }
    }
}
