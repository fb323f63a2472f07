//! mistake: biased-starves
//! "`biased` saves a random number." It also asks the left machine first, every time, and one that never pauses is all that is heard.

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
            biased;
            Some(report) = left.recv() => report,
            Some(report) = right.recv() => report,
            else => return None,
        };
        if let Err(error) = report {
            return Some(error);
        }
    }
}
