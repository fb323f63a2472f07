//! mistake: polled-after-done
//! "Remember the stop, and return when nothing is left." The next round polls `stop` again, which is done.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let mut stopping = false;
    loop {
        tokio::select! {
            _ = &mut stop => stopping = true,
            job = queue.recv() => match job {
                Some(job) => store(job).await,
                None => return,
            },
        }
        if stopping && queue.is_empty() {
            return;
        }
    }
}
