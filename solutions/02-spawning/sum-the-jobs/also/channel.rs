//! Handles and a channel instead of a `JoinSet`: each job has a second task that sends its
//! end on, so the ends arrive in the order in which they happen. Whoever spawns by hand
//! also aborts by hand.

use std::future::Future;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

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
    let (sender, mut ends) = mpsc::unbounded_channel();
    let mut aborts = Vec::new();
    for job in jobs {
        let task = tokio::spawn(job);
        aborts.push(task.abort_handle());
        let sender = sender.clone();
        tokio::spawn(async move {
            // Nobody listens any more once a job has failed.
            let _ = sender.send(task.await);
        });
    }
    drop(sender);
    let mut total = 0;
    while let Some(ended) = ends.recv().await {
        let failure = match ended {
            Ok(Ok(sold)) => {
                total += sold;
                continue;
            }
            Ok(Err(err)) => err,
            Err(err) => err.into(),
        };
        aborts.iter().for_each(AbortHandle::abort);
        return Err(failure);
    }
    Ok(total)
}
