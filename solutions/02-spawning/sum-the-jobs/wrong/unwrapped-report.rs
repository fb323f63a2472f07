//! mistake: error-became-panic
//! The belief: once the handle is fine, so is what it holds.

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
    let mut tasks: JoinSet<_> = jobs.into_iter().collect();
    let mut total = 0;
    while let Some(ended) = tasks.join_next().await {
        total += ended?.unwrap();
    }
    Ok(total)
}
