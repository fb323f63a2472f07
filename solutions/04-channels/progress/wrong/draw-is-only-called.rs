//! mistake: lazy-future
//! `draw` is called and not awaited, so that the bar is never late.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow_and_update();
        let _ = draw(now);
        if percent.changed().await.is_err() {
            return;
        }
    }
}
