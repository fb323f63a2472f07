//! Waits for one event and then takes what is there without waiting: more code, and the same
//! log, because `try_recv` knows the gap too.

use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};

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
            }
            Err(RecvError::Closed) => return lost,
        }
        loop {
            match events.try_recv() {
                Ok(event) => write(Line::Event(event)).await,
                Err(TryRecvError::Lagged(n)) => {
                    lost += n;
                    write(Line::Lost(n)).await;
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Closed) => return lost,
            }
        }
    }
}
