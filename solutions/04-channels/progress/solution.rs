//! A `watch` is a value, not a list: read it, then wait for the next version. The copy ends the
//! borrow before the drawing starts, or the download would wait for it.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow_and_update();
        draw(now).await;
        if percent.changed().await.is_err() {
            return;
        }
    }
}
