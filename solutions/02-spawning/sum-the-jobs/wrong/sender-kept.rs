//! mistake: kept-sender
//! The belief: the channel is closed once every job has sent its report.

use std::future::Future;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Whatever may go wrong.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs all jobs at the same time, and adds up what they return.
///
/// # Errors
///
/// The first that a job returns, or that a job's panic leads to.
pub async fn sum<J>(jobs: Vec<J>) -> Result<u64, Error>
where
    J: Future<Output = Result<u64, Error>> + Send + 'static,
{
    let (sender, mut reports) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for job in jobs {
        let sender = sender.clone();
        tasks.spawn(async move {
            let _ = sender.send(job.await);
        });
    }
    let mut total = 0;
    while let Some(report) = reports.recv().await {
        total += report?;
    }
    Ok(total)
}
