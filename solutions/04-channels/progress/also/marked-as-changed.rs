//! `mark_changed` makes the first value count as news, and then the loop is the usual one.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    percent.mark_changed();
    while percent.changed().await.is_ok() {
        let now = *percent.borrow_and_update();
        draw(now).await;
    }
}
