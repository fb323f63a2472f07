//! mistake: join-is-fail-fast
//! "`?` returns at the first error." At the first in the order of the list: the handle of a
//! slow job hides the failure of a quick one behind it.

use std::future::Future;

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
    let tasks: Vec<_> = jobs.into_iter().map(tokio::spawn).collect();
    let mut total = 0;
    for task in tasks {
        total += task.await??;
    }
    Ok(total)
}
