//! mistake: lazy-future
//! `draw` is called and not awaited, so that the bar is never late.

use std::time::Duration;
use tokio::sync::watch;
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow_and_update();
        let _ = draw(now);
        if percent.changed().await.is_err() {
            return;
        }
    }
}
