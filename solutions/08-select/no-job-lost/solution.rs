//! Only `recv` races, and it is cancel safe: if it loses, the job is still in the queue. What has been taken is stored in the handler,
//! where nothing competes with it. `biased` lets no further job in when both are ready.

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
            job = queue.recv() => match job {
                Some(job) => store(job).await,
                None => return,
            },
        }
    }
}
