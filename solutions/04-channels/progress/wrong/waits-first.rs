//! mistake: watch-is-a-queue
//! Receives like from any channel: the first value is the first that `changed` reports.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        if percent.changed().await.is_err() {
            return;
        }
        let now = { *percent.borrow() };
        draw(now).await;
    }
}
