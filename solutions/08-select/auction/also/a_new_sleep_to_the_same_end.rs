//! Each round makes its own sleep, but all of them end at the same instant.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    let end = Instant::now() + open_for;
    loop {
        tokio::select! {
            () = sleep_until(end) => return highest,
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
        }
    }
}
