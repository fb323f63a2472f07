//! Each branch reads its machine up to the first error, so here `Some` and `None` mean what the patterns say. Nobody minds that the loser is
//! dropped, since the race is over.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    left: mpsc::Receiver<Report>,
    right: mpsc::Receiver<Report>,
) -> Option<String> {
    tokio::select! {
        Some(error) = error_of(left) => Some(error),
        Some(error) = error_of(right) => Some(error),
        else => None,
    }
}

async fn error_of(mut machine: mpsc::Receiver<Report>) -> Option<String> {
    while let Some(report) = machine.recv().await {
        if let Err(error) = report {
            return Some(error);
        }
    }
    None
}
