//! mistake: dropped-after-taking
//! "What was taken is kept outside, so the next round can go on with it." There is no next round after `stop`, and the work has been dropped
//! half way.

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    let mut in_hand = None;
    loop {
        tokio::select! {
            more = async {
                if in_hand.is_none() {
                    in_hand = queue.recv().await;
                }
                match in_hand {
                    Some(job) => {
                        store(job).await;
                        in_hand = None;
                        true
                    }
                    None => false,
                }
            } => if !more {
                return;
            },
            _ = &mut stop => return,
        }
    }
}
