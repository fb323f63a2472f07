//! mistake: biased-starves
//! "A bid that has come is worth more than the end, so it is asked for first." While there is always another one, nobody looks at the clock.

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
            biased;
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
            () = &mut end => return highest,
        }
    }
}
