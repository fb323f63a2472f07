//! The clock is in a task of its own. It sends one message, and a `oneshot` keeps that until somebody looks.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// The highest bid that comes in time.
pub async fn auction(bids: &mut mpsc::Receiver<u32>, open_for: Duration) -> Option<u32> {
    let (ring, mut bell) = oneshot::channel();
    tokio::spawn(async move {
        sleep(open_for).await;
        let _ = ring.send(());
    });
    let mut highest = None;
    loop {
        tokio::select! {
            _ = &mut bell => return highest,
            Some(bid) = bids.recv() => highest = highest.max(Some(bid)),
        }
    }
}
