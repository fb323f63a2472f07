//! mistake: select-keeps-progress
//! So that nothing is lost while the disk is slow, the next event is received beside the write. It is the
//! write that is lost then.

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
    let mut next = events.recv().await;
    loop {
        match next {
            Ok(event) => tokio::select! {
                () = write(Line::Event(event)) => next = events.recv().await,
                newer = events.recv() => next = newer,
            },
            Err(RecvError::Lagged(n)) => {
                lost += n;
                write(Line::Lost(n)).await;
                next = events.recv().await;
            }
            Err(RecvError::Closed) => return lost,
        }
    }
}
