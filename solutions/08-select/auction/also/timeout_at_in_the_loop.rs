//! `timeout_at` takes an instant. In a loop, that is what you want.

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
