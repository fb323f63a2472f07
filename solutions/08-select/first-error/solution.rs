//! `Some` is the pattern, since a machine that has ended has to leave the race. What is inside is looked at in the handler, and after an `Ok`
//! the loop goes around. `else` is the moment when neither is left.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    loop {
        let report = tokio::select! {
            Some(report) = left.recv() => report,
            Some(report) = right.recv() => report,
            else => return None,
        };
        if let Err(error) = report {
            return Some(error);
        }
    }
}
