//! The sleep is made once, before the loop, and is pinned there. Each round borrows it, and dropping a borrow stops no clock.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    let mut end = pin!(sleep(open_for));
    loop {
        tokio::select! {
            () = &mut end => return highest,
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
        }
    }
}
