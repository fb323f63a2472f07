//! mistake: closed-is-not-empty
//! `has_changed` fails when the sender is gone, whether or not its last value has been seen.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    while percent.has_changed().is_ok() {
        let now = *percent.borrow_and_update();
        draw(now).await;
        if percent.changed().await.is_err() {
            return;
        }
    }
}
