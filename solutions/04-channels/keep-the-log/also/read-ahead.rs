//! Reads while the disk writes, so that less is lost. Gaps stand in the same queue as events.

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

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
    let (queue, mut lines) = mpsc::unbounded_channel();
    let read = async move {
        let mut lost = 0;
        loop {
            let line = match events.recv().await {
                Ok(event) => Line::Event(event),
                Err(RecvError::Lagged(count)) => {
                    lost += count;
                    Line::Lost(count)
                }
                Err(RecvError::Closed) => break,
            };
            if queue.send(line).is_err() {
                break;
            }
        }
        drop(queue);
        lost
    };
    let store = async {
        while let Some(line) = lines.recv().await {
            write(line).await;
        }
    };
    let (lost, ()) = tokio::join!(read, store);
    lost
}
