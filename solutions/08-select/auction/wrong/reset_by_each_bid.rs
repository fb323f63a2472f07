//! mistake: sleep-in-loop
//! Pinned outside, and then reset in the handler, as one does for an idle timeout. This is not one.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    let mut end = pin!(sleep(open_for));
    loop {
        tokio::select! {
            () = &mut end => return highest,
            Some(bid) = bids.recv() => {
                highest = highest.max(Some(bid));
                end.as_mut().reset(Instant::now() + open_for);
            }
        }
    }
}
