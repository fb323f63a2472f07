//! mistake: swallowed-panic
//! "`let _` only silences a warning." It silences the one report that the panic leaves.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    let total = Arc::new(AtomicU64::new(0));
    for job in jobs {
        let total = total.clone();
        let _ = tokio::spawn(async move {
            total.fetch_add(job.await.unwrap(), Ordering::Relaxed);
        })
        .await;
    }
    Ok(total.load(Ordering::Relaxed))
}
