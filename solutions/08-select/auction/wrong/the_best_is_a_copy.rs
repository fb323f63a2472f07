//! mistake: lost-in-a-branch
//! "The best is a variable outside, so it outlives the loop." `async move` took a copy of it along, since it is `Copy`, and that one is
//! dropped with the loop.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// The highest bid that comes in time.
#[allow(unused_assignments, unused_variables)]
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    let _ = timeout(open_for, async move {
        while let Some(bid) = bids.recv().await {
            highest = highest.max(Some(bid));
        }
    })
    .await;
    highest
}
