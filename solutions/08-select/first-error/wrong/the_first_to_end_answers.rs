//! mistake: first-end-ends-all
//!
//! The race is won by whoever ends first, and who ends without an error has nothing to say.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    tokio::select! {
        error = error_of(&mut left) => error,
        error = error_of(&mut right) => error,
    }
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
