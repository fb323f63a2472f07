//! `try_join!` is what the task describes: it ends with the first error of either side, as soon as that comes, and otherwise waits for both.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    left: mpsc::Receiver<Report>,
    right: mpsc::Receiver<Report>,
) -> Option<String> {
    tokio::try_join!(to_the_end(left), to_the_end(right)).err()
}

async fn to_the_end(mut machine: mpsc::Receiver<Report>) -> Result<(), String> {
    while let Some(report) = machine.recv().await {
        report?;
    }
    Ok(())
}
