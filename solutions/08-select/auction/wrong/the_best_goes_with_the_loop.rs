//! mistake: lost-in-a-branch
//! "At the end of its time, `timeout` returns what the loop has found." It drops the loop, and what the loop has found.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let collecting = async {
        let mut highest = None;
        while let Some(bid) = bids.recv().await {
            highest = highest.max(Some(bid));
        }
        highest
    };
    timeout(open_for, collecting).await.ok().flatten()
}
