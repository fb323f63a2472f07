//! A progress bar for a download: it shows how far the download is, and drawing it is slow.
//!
//! The download keeps the percentage in a `watch` channel. The bar stays empty until the
//! percentage moves, although there is one from the start.
//!
//! What must hold at the end:
//! - the percentage that is there when `follow` starts is drawn at once;
//! - after that, whatever is newest is drawn whenever it has changed: what was overtaken while
//!   the bar was drawn is left out, and nothing is drawn twice;
//! - the last percentage is drawn, whatever it is, and `follow` returns when the sender is
//!   gone: downloads break off, too.
//! - The download never waits for the bar.
//!
//! Change the body of `follow` as you like, and leave the rest.
//!
//! Check: cargo course check progress

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    // TODO: the first percentage is not drawn.
    while percent.changed().await.is_ok() {
        let now = *percent.borrow_and_update();
        draw(now).await;
    }
}
