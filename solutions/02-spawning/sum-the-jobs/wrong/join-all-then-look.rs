//! mistake: join-is-fail-fast
//! "`join_all` stops when one fails." It waits for all, and then gives all the ends at once.

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
    let mut tasks: JoinSet<Result<u64, Error>> = jobs.into_iter().collect();
    let mut first_panic = None;
    let mut ends = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(ended) => ends.push(ended),
            Err(err) => first_panic = Some(err),
        }
    }
    if let Some(err) = first_panic {
        return Err(err.into());
    }
    ends.into_iter().sum()
}
