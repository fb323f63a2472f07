//! mistake: pattern-is-filter
//! error: E0499
//! "One branch for `Ok` and one for `Err`, as in a `match`." Branches are not arms: each has a future of its own, and two of them want the
//! same receiver.

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
            Some(Ok(_)) = left.recv() => {}
            Some(Err(error)) = left.recv() => return Some(error),
            Some(Ok(_)) = right.recv() => {}
            Some(Err(error)) = right.recv() => return Some(error),
            else => return None,
        }
    }
}
