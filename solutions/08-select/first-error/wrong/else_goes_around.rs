//! mistake: pattern-is-filter
//! "`else` means that neither was an error yet." It runs when both branches are off, and while one machine says nothing, they are not both off.

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
            else => if left.is_closed() && right.is_closed() {
                return None;
            },
        }
    }
}
