//! mistake: swallowed-panic
//! The belief: every task sends what became of its job. One that panics sends nothing.

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
    let (sender, mut receiver) = mpsc::channel(20);
    let mut set = JoinSet::new();
    for job in jobs {
        let sender = sender.clone();
        set.spawn(async move {
            let _ = sender.send(job.await).await;
        });
    }
    drop(sender);
    let mut total = 0;
    while let Some(sold) = receiver.recv().await {
        total += sold?;
    }
    Ok(total)
}
