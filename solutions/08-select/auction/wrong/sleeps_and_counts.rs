//! mistake: blocking-in-async
//!
//! Sleep until it is over, then look at what has come. While the thread sleeps, nobody on it
//! can bid.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest: Option<u32> = None;
    std::thread::sleep(open_for);
    while let Ok(bid) = bids.try_recv() {
        highest = highest.max(Some(bid));
    }
    highest
}
