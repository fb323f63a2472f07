//! mistake: seen-but-not-marked
//! `changed` marks a version as seen, so after it a plain `borrow` will do. But on another thread
//! the next version can come between the two: it is read and not marked, and drawn once more.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    let first = *percent.borrow_and_update();
    draw(first).await;
    while percent.changed().await.is_ok() {
        let now = *percent.borrow();
        draw(now).await;
    }
}
