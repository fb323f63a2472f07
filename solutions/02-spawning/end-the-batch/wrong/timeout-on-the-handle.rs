//! mistake: handle-drop-cancels
//! "A timeout stops what it is put around." It drops the handle, and the task goes its way.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let end = Instant::now() + deadline;
    let tasks: Vec<_> = jobs.into_iter().map(tokio::spawn).collect();
    let mut done = 0;
    for task in tasks {
        if let Ok(Ok(())) = timeout_at(end, task).await {
            done += 1;
        }
    }
    done
}
