//! mistake: watch-is-a-queue
//! So that no percentage is missed while the bar is drawn, a task moves them into a queue. The
//! bar gets slower and slower behind the download.

use tokio::sync::{mpsc, watch};

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    let (queue, mut queued) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let now = *percent.borrow_and_update();
            if queue.send(now).is_err() || percent.changed().await.is_err() {
                return;
            }
        }
    });
    while let Some(now) = queued.recv().await {
        draw(now).await;
    }
}
