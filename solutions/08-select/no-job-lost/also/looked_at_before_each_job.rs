//! `stop` is looked at before every job, so the `select!`, which only waits, needs no order: if it takes a job although `stop` is there,
//! too, that is the last one.

use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    while let Err(TryRecvError::Empty) = stop.try_recv() {
        let job = tokio::select! {
            job = queue.recv() => job,
            _ = &mut stop => None,
        };
        match job {
            Some(job) => store(job).await,
            None => break,
        }
    }
}
