//! mistake: dropped-after-taking
//! "Between two jobs it is safe to return." Between two jobs of a batch it is not: the rest of the batch is no longer in the queue.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => return,
            n = queue.recv_many(&mut batch, 100) => if n == 0 {
                return;
            },
        }
        for job in batch.drain(..) {
            if stop.try_recv().is_ok() {
                return;
            }
            store(job).await;
        }
    }
}
