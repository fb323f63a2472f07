//! mistake: closed-is-not-empty
//! Without a sender nothing more can come. But what came before is still in the channel.

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
    while !events.is_closed() {
        match events.recv().await {
            Ok(event) => write(Line::Event(event)).await,
            Err(RecvError::Lagged(count)) => {
                lost += count;
                write(Line::Lost(count)).await;
            }
            Err(RecvError::Closed) => break,
        }
    }
    lost
}
