//! mistake: gap-misread
//! The number in `Lagged` is taken for the sum since the start.

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
    loop {
        match events.recv().await {
            Ok(event) => write(Line::Event(event)).await,
            Err(RecvError::Lagged(total)) => {
                write(Line::Lost(total.saturating_sub(lost))).await;
                lost = total;
            }
            Err(RecvError::Closed) => break lost,
        }
    }
}
