//! mistake: biased-starves
//! "When nothing is left of the time, the timeout is over at once." It asks its future first, and a bid that is there has won.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let start = Instant::now();
    let mut highest = None;
    loop {
        let left = open_for.saturating_sub(start.elapsed());
        match timeout(left, bids.recv()).await {
            Ok(Some(bid)) => highest = highest.max(Some(bid)),
            _ => return highest,
        }
    }
}
