//! mistake: asked-without-news
//!
//! The belief: whoever looks often enough misses nothing. For a download that stands still it wakes up
//! a hundred times a second.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::interval;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    let mut ticks = interval(Duration::from_millis(10));
    let mut last = None;
    loop {
        ticks.tick().await;
        let gone = percent.has_changed().is_err();
        let now = *percent.borrow_and_update();
        if last != Some(now) {
            draw(now).await;
            last = Some(now);
        }
        if gone {
            return;
        }
    }
}
