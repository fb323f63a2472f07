//! `changed` marks the version as seen as well, so after it a plain `borrow` will do. Before
//! the first one, it is `borrow_and_update` that must not be left out.

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
