//! No `select!`: a task for each machine passes its errors on into one channel, which ends with the last task.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    left: mpsc::Receiver<Report>,
    right: mpsc::Receiver<Report>,
) -> Option<String> {
    let (errors, mut all) = mpsc::channel(1);
    for mut machine in [left, right] {
        let errors = errors.clone();
        tokio::spawn(async move {
            while let Some(report) = machine.recv().await {
                if let Err(error) = report {
                    // Nobody waits for a second error.
                    let _ = errors.send(error).await;
                    return;
                }
            }
        });
    }
    drop(errors);
    all.recv().await
}
