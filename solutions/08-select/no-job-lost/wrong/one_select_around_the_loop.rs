//! mistake: dropped-after-taking
//! "The loop itself has no `select!`, so it loses nothing." All of it is one branch, and is dropped at whatever `.await` it has reached.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let all = async {
        while let Some(job) = queue.recv().await {
            store(job).await;
        }
    };
    tokio::select! {
        () = all => {}
        _ = stop => {}
    }
}
