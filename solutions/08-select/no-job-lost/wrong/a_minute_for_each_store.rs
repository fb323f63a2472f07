//! mistake: lost-in-a-branch
//!
//! A store that hangs must not hang the worker. So half a job is stored.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        tokio::select! { biased; _ = &mut stop => return, job = queue.recv() => match job { Some(job) => { let _ = tokio::time::timeout(std::time::Duration::from_secs(60), store(job)).await; } None => return } }
    }
}
