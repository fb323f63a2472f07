//! mistake: gap-misread
//! After a gap the receiver must be broken, so a new one takes over. It starts behind
//! everything that the channel still holds for the old one.

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
        match events.recv().await {
            Ok(event) => write(Line::Event(event)).await,
            Err(RecvError::Lagged(n)) => {
                lost += n;
                write(Line::Lost(n)).await;
                events = events.resubscribe();
            }
            Err(RecvError::Closed) => return lost,
        }
    }
}
