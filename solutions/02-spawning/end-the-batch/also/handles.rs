//! Handles, one instant for all of them, and an abort for each that is late. An aborted
//! handle is awaited too: its `JoinError` comes when the task has been dropped.

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
    for mut task in tasks {
        let ended = match timeout_at(end, &mut task).await {
            Ok(ended) => ended,
            Err(_late) => {
                task.abort();
                task.await
            }
        };
        done += usize::from(ended.is_ok());
    }
    done
}
