//! mistake: spawn-then-await
//! "They are tasks, so they run concurrently." The `.await` in the loop lets the next job
//! start when this one has ended.

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
    let mut total = 0;
    for job in jobs {
        total += tokio::spawn(job).await??;
    }
    Ok(total)
}
