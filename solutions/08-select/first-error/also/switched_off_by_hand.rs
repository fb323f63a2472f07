//! The handlers take whatever comes, and a flag for each machine says whether it has ended.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    let (mut left_runs, mut right_runs) = (true, true);
    while left_runs || right_runs {
        tokio::select! {
            report = left.recv(), if left_runs => match report {
                Some(Err(error)) => return Some(error),
                Some(Ok(_)) => {}
                None => left_runs = false,
            },
            report = right.recv(), if right_runs => match report {
                Some(Err(error)) => return Some(error),
                Some(Ok(_)) => {}
                None => right_runs = false,
            },
        }
    }
    None
}
