//! mistake: gap-is-one-event
//! One error, one event lost: the number in `Lagged` is passed over.

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
            Err(RecvError::Lagged(_)) => {
                lost += 1;
                write(Line::Lost(1)).await;
            }
            Err(RecvError::Closed) => return lost,
        }
    }
}
