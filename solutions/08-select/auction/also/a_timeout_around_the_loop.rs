//! One `timeout` around the whole loop. It drops the loop, so what the loop has found lives outside of it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let mut highest = None;
    let collecting = async {
        loop {
            match bids.recv().await {
                Some(bid) => highest = highest.max(Some(bid)),
                // All bidders have left; the auction is open all the same.
                None => std::future::pending().await,
            }
        }
    };
    let _: Result<(), _> = timeout(open_for, collecting).await;
    highest
}
