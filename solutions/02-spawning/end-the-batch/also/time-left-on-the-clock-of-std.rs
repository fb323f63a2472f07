//! The clock of `std` is as good as Tokio's, where nobody has paused that one.

use std::future::Future;
use std::time::Duration;
use std::time::Instant;
use tokio::task::JoinSet;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let end = Instant::now() + deadline;
    let mut tasks: JoinSet<()> = jobs.into_iter().collect();
    let mut done = 0;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match tokio::time::timeout(left, tasks.join_next()).await {
            Ok(Some(ended)) => done += usize::from(ended.is_ok()),
            Ok(None) | Err(_) => break,
        }
    }
    tasks.shutdown().await;
    done
}
