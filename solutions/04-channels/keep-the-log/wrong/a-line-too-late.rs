//! mistake: gap-misread
//! The gap is written down with the next event, and behind it.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What happened.
    Event(u32),
    /// This many events happened here, and nobody knows which.
    Lost(u64),
}

pub async fn keep(
    mut events: broadcast::Receiver<u32>,
    mut write: impl AsyncFnMut(Line),
) -> u64 {
    let mut lost = 0;
    let mut gap = 0;
    loop {
        match events.recv().await {
            Ok(event) => {
                write(Line::Event(event)).await;
                if gap > 0 {
                    write(Line::Lost(gap)).await;
                    gap = 0;
                }
            }
            Err(RecvError::Lagged(count)) => {
                lost += count;
                gap += count;
            }
            Err(RecvError::Closed) => return lost,
        }
    }
}
