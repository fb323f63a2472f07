//! # A log that survives a gap
//!
//! The log of a busy house writes down every event it hears of, on a slow disk. The events
//! come over a `broadcast` channel. On quiet days, the log is complete. On busy days, it
//! stops in the middle of the day, and nobody is told.
//!
//! At the end:
//!
//! - every event that the receiver can still get is written, in order;
//! - where events were lost, a line says how many, at the place where they are missing (two such
//!   lines side by side are fine);
//! - `keep` returns when no sender is left and everything is written, and its result is how
//!   many events were lost in all.
//!
//! Change the body of `keep` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check keep-the-log
//! ```

use tokio::sync::broadcast;

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What happened.
    Event(u32),
    /// This many events happened here, and nobody knows which.
    Lost(u64),
}

/// Writes the log until no sender is left. Returns how many events were lost.
pub async fn keep(
    mut events: broadcast::Receiver<u32>,
    mut write: impl AsyncFnMut(Line),
) -> u64 {
    let lost = 0;
    // TODO: this is right as long as the disk is fast.
    while let Ok(event) = events.recv().await {
        write(Line::Event(event)).await;
    }
    lost
}
