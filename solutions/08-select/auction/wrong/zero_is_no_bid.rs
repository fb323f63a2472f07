//! mistake: empty-is-nothing
//!
//! Nobody bids 0.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut end = pin!(sleep(open_for));
    let mut highest = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut end => break,
            Some(bid) = bids.recv() => highest = highest.max(bid),
        }
    }
    for _ in 0..bids.len() {
        highest = highest.max(bids.try_recv().unwrap_or(0));
    }
    (highest > 0).then_some(highest)
}
