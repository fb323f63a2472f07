//! The future with the job in hand is kept: `stop` does not drop it but lets it end. Whether there is a job in hand, it has to tell,
//! so that without one we need not wait for the next.

use std::cell::Cell;
use std::pin::pin;

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let in_hand = Cell::new(false);
    loop {
        let mut one_job = pin!(async {
            let Some(job) = queue.recv().await else { return false };
            in_hand.set(true);
            store(job).await;
            in_hand.set(false);
            true
        });
        tokio::select! {
            more = &mut one_job => if !more {
                return;
            },
            _ = &mut stop => {
                if in_hand.get() {
                    one_job.await;
                }
                return;
            }
        }
    }
}
