//! mistake: handle-drop-cancels
//! "After `abort` the task is gone." It is gone when the runtime has next turned to it, and
//! `run` does not wait for that.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut tasks: JoinSet<()> = jobs.into_iter().collect();
    let mut done = 0;
    let _ = timeout(deadline, async {
        while let Some(ended) = tasks.join_next().await {
            done += usize::from(ended.is_ok());
        }
    })
    .await;
    tasks.abort_all();
    done
}
