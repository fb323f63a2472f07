//! mistake: pattern-is-filter
//! "In a loop the branch is tried again." When the `select!` has returned; after an `Ok` it has not, and waits for the other machine alone.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    loop {
        tokio::select! {
            Some(Err(error)) = left.recv() => return Some(error),
            Some(Err(error)) = right.recv() => return Some(error),
            else => return None,
        }
    }
}
