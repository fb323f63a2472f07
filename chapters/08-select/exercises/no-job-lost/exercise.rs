//! # No job lost
//!
//! A worker takes jobs from a queue and stores each. Now and then it is told to stop, and
//! later it is started again with the same queue. Afterward, there is sometimes a job
//! missing: it is not in the queue, and it has not been stored.
//!
//! At the end:
//!
//! - when `work` returns, every job that it took from the queue has been stored, and each
//!   `store` has run to its end;
//! - told to stop, `work` returns as soon as the job in hand is stored, and at once if
//!   there is none;
//! - when the queue ends, `work` returns; when it is told to stop, the queue stays open for
//!   the next worker.
//!
//! If `stop` and a job are there at the same moment, `work` may take that one job, or not,
//! but never a second one, however many wait in the queue.
//! The sender of `stop` stays alive until `work` has returned, and a store may take long.
//!
//! Change anything except the signature of `work`.
//!
//! ```console
//! $ cargo course check no-job-lost
//! ```

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        // TODO: at which `.await`s can this be dropped, and who has the job then?
        let one_job = async {
            match queue.recv().await {
                Some(job) => {
                    store(job).await;
                    true
                }
                None => false,
            }
        };
        tokio::select! {
            more = one_job => if !more {
                return;
            },
            _ = &mut stop => return,
        }
    }
}
