//! mistake: handle-drop-cancels
//! The belief: a `JoinSet` stops all that was started from its tasks. It aborts its own tasks,
//! and those were only waiting for handles.

use std::future::Future;

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
    let mut set = JoinSet::new();
    for job in jobs {
        set.spawn(async move { tokio::spawn(job).await? });
    }
    let mut total = 0;
    while let Some(sold) = set.join_next().await {
        total += sold??;
    }
    Ok(total)
}
