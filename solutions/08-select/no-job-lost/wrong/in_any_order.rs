//! mistake: unnamed
//! "Which branch is asked first does not matter, since none loses a job." No job is lost. But each round begins at a random branch, so
//! with a full queue any number of jobs may go before `stop`.

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
