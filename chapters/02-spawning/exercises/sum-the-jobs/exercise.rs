//! # Sum the jobs
//!
//! Twenty shops report what they sold today. Some reports fail, and some panic on the
//! way. The sum below is slow, and worse, it is wrong without telling anyone.
//!
//! At the end:
//!
//! - all jobs run at the same time, each in a task of its own;
//! - if all of them end well, `sum` returns the sum of their numbers;
//! - if a job returns an error, `sum` returns that error; if a job panics, `sum` returns
//!   an error too, and does not panic itself;
//! - it returns as soon as the first job has failed, whichever job that is;
//! - the other jobs are then stopped: they do not run on behind the caller's back.
//!
//! Change anything except the signature of `sum`.
//!
//! ```console
//! $ cargo course check sum-the-jobs
//! ```

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
        // TODO: what becomes of a job that does not end well? And when does the next start?
        if let Ok(Ok(sold)) = tokio::spawn(job).await {
            total += sold;
        }
    }
    Ok(total)
}
