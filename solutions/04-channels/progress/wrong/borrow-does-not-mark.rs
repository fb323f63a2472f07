//! mistake: seen-but-not-marked
//! `borrow` reads as well as `borrow_and_update`: and `changed` reports what was just drawn.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow();
        draw(now).await;
        if percent.changed().await.is_err() {
            return;
        }
    }
}
