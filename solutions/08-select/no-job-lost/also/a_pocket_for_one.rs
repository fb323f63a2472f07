//! `recv_many` with a limit of one, into a pocket outside the `select!` that is emptied before
//! anything else.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let mut pocket = Vec::with_capacity(1);
    loop {
        let taken = tokio::select! {
            biased;
            _ = &mut stop => 0,
            taken = queue.recv_many(&mut pocket, 1) => taken,
        };
        if taken == 0 {
            return;
        }
        for job in pocket.drain(..) {
            store(job).await;
        }
    }
}
