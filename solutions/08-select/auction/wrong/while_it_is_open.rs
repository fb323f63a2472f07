//! mistake: one-source-at-a-time
//!
//! The loop ends when the time is over. It looks at the clock after each bid.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest: Option<u32> = None;
    let end = Instant::now() + open_for;
    while Instant::now() < end {
        if let Some(bid) = bids.recv().await {
            if Instant::now() <= end {
                highest = highest.max(Some(bid));
            }
        }
    }
    highest
}
