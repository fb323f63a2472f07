//! # A progress bar
//!
//! The bar shows how far a download has come, and drawing it is slow. The download keeps its
//! percentage in a `watch` channel. The bar stays empty until the percentage moves, although
//! there is a percentage from the start.
//!
//! At the end:
//!
//! - the percentage that is there when `follow` starts is drawn at once;
//! - after that, the newest percentage is drawn whenever it has changed: what was overtaken
//!   while the bar was being drawn is left out, and nothing is drawn twice (a number that is
//!   sent once more may be drawn once more, or not);
//! - the last percentage is drawn, whatever it is (a download may break off), and `follow`
//!   returns when the sender is gone;
//! - the download never waits for the bar.
//!
//! Change the body of `follow` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check progress
//! ```

use tokio::sync::watch;

/// Draws the percentage each time it has changed, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    // TODO: the first percentage is not drawn.
    while percent.changed().await.is_ok() {
        let now = *percent.borrow_and_update();
        draw(now).await;
    }
}
