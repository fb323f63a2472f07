//! mistake: busy
//! The end is at 100, and a `changed` that fails is passed over. A download that breaks off
//! never gets there, and `changed` fails at once, for ever.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow_and_update();
        draw(now).await;
        if now == 100 {
            return;
        }
        while percent.changed().await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
