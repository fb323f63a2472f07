//! mistake: lazy-future
//! `write` is called and not awaited, so that the disk does not hold up the log.

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
            Ok(event) => {
                let _ = write(Line::Event(event));
            }
            Err(RecvError::Lagged(n)) => {
                lost += n;
                let _ = write(Line::Lost(n));
            }
            Err(RecvError::Closed) => return lost,
        }
    }
}
