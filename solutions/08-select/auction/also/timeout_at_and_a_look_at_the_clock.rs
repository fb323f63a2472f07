//! `timeout_at` takes an instant, which is what you want in a loop. But it asks its future first, so each round looks at the clock, too.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let end = Instant::now() + open_for;
    let mut highest = None;
    while Instant::now() < end {
        match timeout_at(end, bids.recv()).await {
            Ok(Some(bid)) => highest = highest.max(Some(bid)),
            _ => break,
        }
    }
    highest
}
