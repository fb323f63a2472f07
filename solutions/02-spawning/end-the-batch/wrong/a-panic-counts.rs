//! mistake: swallowed-panic
//! The belief: a task that has ended has done its job.

use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let end = Instant::now() + deadline;
    let mut tasks: JoinSet<()> = jobs.into_iter().collect();
    let mut done = 0;
    while let Ok(Some(_)) = timeout_at(end, tasks.join_next()).await {
        done += 1;
    }
    tasks.shutdown().await;
    done
}
