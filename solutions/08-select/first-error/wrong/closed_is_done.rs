//! mistake: closed-is-not-empty
//!
//! A channel that is closed has nothing more to give.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    while !(left.is_closed() && right.is_closed()) {
        tokio::select! {
            Some(report) = left.recv() => if let Err(error) = report {
                return Some(error);
            },
            Some(report) = right.recv() => if let Err(error) = report {
                return Some(error);
            },
            else => break,
        }
    }
    None
}
