//! mistake: sleep-in-loop
//! "A sleep in a `select!` has to be pinned." It was pinned, inside the loop: a new one each time.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    loop {
        let mut end = pin!(sleep(open_for));
        tokio::select! {
            () = &mut end => return highest,
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
        }
    }
}
