//! mistake: error-became-panic
//! Until the sender is gone there is nothing that could go wrong, so `unwrap` is fine.

use tokio::sync::broadcast::{self, error::RecvError};

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What happened.
    Event(u32),
    /// So many events happened here, and nobody knows which.
    Lost(u64),
}

/// Writes the log to its end. Returns how many events were lost.
pub async fn keep(
    mut events: broadcast::Receiver<u32>,
    mut write: impl AsyncFnMut(Line),
) -> u64 {
    loop {
        match events.recv().await {
            Err(RecvError::Closed) => return 0,
            event => write(Line::Event(event.unwrap())).await,
        }
    }
}
