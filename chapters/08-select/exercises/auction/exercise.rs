//! # The auction
//!
//! An auction is open for some time, and then the highest bid wins. In the test, with two
//! bids, that worked. Now there are bidders who never pause, and the auction has been
//! open for days.
//!
//! At the end:
//!
//! - `auction` returns when `open_for` is over, counted from the start of `auction` on Tokio's
//!   clock, however many bids come, and even if one is always waiting;
//! - it returns the highest bid that came before then, or `None` if there was none; a bid
//!   may be 0.
//!
//! The senders of `bids` stay alive until long after the auction. Change anything except
//! the signature of `auction`.
//!
//! ```console
//! $ cargo course check auction
//! ```

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    loop {
        tokio::select! {
            // TODO: when does this sleep begin?
            () = sleep(open_for) => return highest,
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
        }
    }
}
