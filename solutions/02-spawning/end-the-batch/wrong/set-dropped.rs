//! mistake: handle-drop-cancels
//! "Dropping the set ends its tasks." It aborts them, and an abort is not instant.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut tasks: JoinSet<()> = jobs.into_iter().collect();
    let end = Instant::now() + deadline;
    let mut done = 0;
    while let Ok(Some(ended)) = timeout_at(end, tasks.join_next()).await {
        if ended.is_ok() {
            done += 1;
        }
    }
    done
}
