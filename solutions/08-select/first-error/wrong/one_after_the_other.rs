//! mistake: one-source-at-a-time
//!
//! The left machine to its end, and then the right one.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    while let Some(report) = left.recv().await {
        if let Err(error) = report {
            return Some(error);
        }
    }
    while let Some(report) = right.recv().await {
        if let Err(error) = report {
            return Some(error);
        }
    }
    None
}
