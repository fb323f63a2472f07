//! mistake: ended-branch-spins
//! "`None` is no error, so go around again." A receiver whose senders are gone is ready at once, every time, with `None`.

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
            report = left.recv() => report,
            report = right.recv() => report,
        };
        if let Some(Err(error)) = report {
            return Some(error);
        }
    }
}
