//! mistake: pattern-is-filter
//! The handlers are right, and the end has been forgotten: when both branches are off and there is no `else`, `select!` panics.

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
        };
        if let Err(error) = report {
            return Some(error);
        }
    }
}
