//! A task reads each machine, and the first error that a task returns is the answer. When the set is dropped, the other task ends.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    left: mpsc::Receiver<Report>,
    right: mpsc::Receiver<Report>,
) -> Option<String> {
    let mut machines = JoinSet::new();
    for mut machine in [left, right] {
        machines.spawn(async move {
            while let Some(report) = machine.recv().await {
                if let Err(error) = report {
                    return Some(error);
                }
            }
            None
        });
    }
    while let Some(found) = machines.join_next().await {
        if let Some(error) = found.expect("it does not panic") {
            return Some(error);
        }
    }
    None
}
