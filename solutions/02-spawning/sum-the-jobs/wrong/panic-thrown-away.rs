//! mistake: swallowed-panic
//! "A panic takes the program down, so I would notice." The panic is in the `Err` that
//! `if let` passes over.

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
        if let Ok(sold) = task.await {
            total += sold?;
        }
    }
    Ok(total)
}
