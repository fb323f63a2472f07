//! The same, spelled out: the panic gets words of its own, and `shutdown` waits until the
//! other jobs are gone before the caller hears of the failure.

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
    let mut tasks = JoinSet::new();
    for job in jobs {
        tasks.spawn(job);
    }
    let mut total = 0;
    while let Some(ended) = tasks.join_next().await {
        let failure = match ended {
            Ok(Ok(sold)) => {
                total += sold;
                continue;
            }
            Ok(Err(err)) => err,
            Err(err) => format!("a job did not end well: {err}").into(),
        };
        tasks.shutdown().await;
        return Err(failure);
    }
    Ok(total)
}
