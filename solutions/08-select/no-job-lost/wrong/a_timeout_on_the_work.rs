//! mistake: dropped-after-taking
//! "So that `stop` is heard, look every now and then." Whoever looks by means of a `timeout` drops what it is waiting for, job included.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    while stop.try_recv().is_err() {
        let one_job = async {
            match queue.recv().await {
                Some(job) => {
                    store(job).await;
                    true
                }
                None => false,
            }
        };
        if timeout(Duration::from_millis(1), one_job).await == Ok(false) {
            return;
        }
    }
}
