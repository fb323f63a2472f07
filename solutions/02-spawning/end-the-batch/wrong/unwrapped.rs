//! mistake: panic-passed-on
//! "A task that was spawned ends well, so `unwrap`." One job panics, and `run` panics with it: nobody
//! learns how many of the others ended.

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
            ended.unwrap();
            done += 1;
        }
    };
    // Whether the time was enough does not matter: `done` says what was.
    let _ = timeout(deadline, all).await;
    tasks.shutdown().await;
    done
}
