//! mistake: dropped-after-taking
//! "To stop quickly, the work has to listen for `stop`, too." The `select!` has moved into the handler, and drops the work there.

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
            job = queue.recv() => {
                let Some(job) = job else { return };
                tokio::select! {
                    () = store(job) => {}
                    _ = &mut stop => return,
                }
            }
        }
    }
}
