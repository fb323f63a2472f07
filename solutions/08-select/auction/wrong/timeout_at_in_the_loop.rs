//! mistake: biased-starves
//! "`timeout_at` keeps the end in sight, round after round." It asks its future first: while there is always another bid, it never
//! gets to the clock.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let end = Instant::now() + open_for;
    let mut highest = None;
    while let Ok(Some(bid)) = timeout_at(end, bids.recv()).await {
        highest = highest.max(Some(bid));
    }
    highest
}
