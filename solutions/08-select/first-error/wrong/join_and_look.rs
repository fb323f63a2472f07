//! mistake: join-is-fail-fast
//!
//! `join!` waits for both, and one of them may go on for ever.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    let (left, right) = tokio::join!(error_of(&mut left), error_of(&mut right));
    left.or(right)
}

/// The first error of one machine.
async fn error_of(reports: &mut mpsc::Receiver<Report>) -> Option<String> {
    while let Some(report) = reports.recv().await {
        if let Err(error) = report {
            return Some(error);
        }
    }
    None
}
