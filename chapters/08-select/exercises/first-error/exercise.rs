//! # The first error
//!
//! Two machines report how each piece went: `Ok` with its number, or `Err` with what
//! happened. Somebody wants to be told of the first error. The code below found it in the
//! test, where the very first report was an error.
//!
//! At the end:
//!
//! - `first_error` returns the first error that either machine reports, as soon as it is
//!   there, however many pieces went well before it on either side, and even if the other
//!   machine reports without a pause;
//! - one machine may end before the other; from then on, only the other counts;
//! - when both have ended without an error, `first_error` returns `None`.
//!
//! Change anything except the signature of `first_error`.
//!
//! ```console
//! $ cargo course check first-error
//! ```

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    tokio::select! {
        // TODO: a report is `Ok(1)`. What becomes of it, and of its branch?
        Some(Err(error)) = left.recv() => Some(error),
        Some(Err(error)) = right.recv() => Some(error),
        else => None,
    }
}
