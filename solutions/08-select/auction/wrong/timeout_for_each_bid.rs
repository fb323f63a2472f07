//! mistake: sleep-in-loop
//! "The auction has a timeout." Each bid has one: the loop ends when nobody bids for so long.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    while let Ok(bid) = timeout(open_for, bids.recv()).await {
        highest = highest.max(bid);
    }
    highest
}
