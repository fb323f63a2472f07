//! The loop is about lines: what `recv` says is turned into one, or into the end.

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
    let mut lost = 0;
    loop {
        let line = match events.recv().await {
            Ok(event) => Line::Event(event),
            Err(RecvError::Lagged(n)) => Line::Lost(n),
            Err(RecvError::Closed) => break,
        };
        if let Line::Lost(n) = line {
            lost += n;
        }
        write(line).await;
    }
    lost
}
