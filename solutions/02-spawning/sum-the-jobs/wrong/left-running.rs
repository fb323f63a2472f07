//! mistake: handle-drop-cancels
//! "Returning drops the handles, and that stops the tasks." A `JoinHandle` lets its task go;
//! only a `JoinSet` takes its tasks along.

use std::future::Future;

use tokio::sync::mpsc;

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
    let mut tasks = Vec::new();
    for job in jobs {
        let sender = sender.clone();
        tasks.push(tokio::spawn(async move {
            let ended = tokio::spawn(job).await;
            let _ = sender.send(ended);
        }));
    }
    drop(sender);
    let mut total = 0;
    while let Some(ended) = ends.recv().await {
        total += ended??;
    }
    Ok(total)
}
