//! mistake: handle-drop-cancels
//! The belief: `yield_now` lets all other tasks run. It lets the runtime turn to some of them.

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
    let mut set: JoinSet<()> = jobs.into_iter().collect();
    let mut done = 0;
    while let Ok(Some(ended)) = timeout_at(end, set.join_next()).await {
        done += usize::from(ended.is_ok());
    }
    set.abort_all();
    tokio::task::yield_now().await;
    done
}
