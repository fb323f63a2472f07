//! `stop` is heard while a job is being stored, too, and that drops nothing: the work is pinned, the `select!` borrows it, and the handler
//! of `stop` waits for it.

use std::pin::pin;

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        let job = tokio::select! {
            biased;
            _ = &mut stop => return,
            job = queue.recv() => job,
        };
        let Some(job) = job else { return };
        let mut storing = pin!(store(job));
        tokio::select! {
            () = &mut storing => {}
            _ = &mut stop => return storing.await,
        }
    }
}
