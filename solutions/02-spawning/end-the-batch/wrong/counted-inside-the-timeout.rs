//! mistake: lost-in-a-branch
//! The belief: when the time is over, a `timeout` gives out what there is so far.

use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut tasks: JoinSet<()> = jobs.into_iter().collect();
    let count = async {
        let mut done = 0;
        while let Some(ended) = tasks.join_next().await {
            done += usize::from(ended.is_ok());
        }
        done
    };
    let done = tokio::time::timeout(deadline, count).await.unwrap_or_default();
    tasks.shutdown().await;
    done
}
