//! mistake: biased-starves
//!
//! The clock comes first, and then all the bids there are. There are always more.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest: Option<u32> = None;
    let over = sleep(open_for);
    tokio::pin!(over);
    loop {
        tokio::select! { biased; () = &mut over => return highest, Some(bid) = bids.recv() => { highest = highest.max(Some(bid)); while let Ok(bid) = bids.try_recv() { highest = highest.max(Some(bid)); } } }
    }
}
