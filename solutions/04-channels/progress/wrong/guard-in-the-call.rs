//! mistake: guard-across-await
//! One line less: but what `borrow_and_update` returns lives to the end of the statement, and
//! the statement ends after the drawing.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        draw(*percent.borrow_and_update()).await;
        if percent.changed().await.is_err() {
            return;
        }
    }
}
