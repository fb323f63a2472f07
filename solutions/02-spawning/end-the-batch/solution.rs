//! The timeout ends the waiting, and `shutdown` ends the tasks: it aborts what is left and
//! then waits until all of it has been dropped. A job that panicked ended too, with an `Err`.

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
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            done += usize::from(ended.is_ok());
        }
    };
    // Whether the time was enough does not matter: `done` says what was.
    let _ = timeout(deadline, all).await;
    tasks.shutdown().await;
    done
}
