//! Nobody is aborted: each task listens for the end of the batch beside its job, and all of them
//! are awaited.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let (batch, over) = watch::channel(());
    let mut set = JoinSet::new();
    for job in jobs {
        let mut over = over.clone();
        set.spawn(async move {
            tokio::select! {
                () = job => 1,
                // An error: the sender is gone.
                _ = over.changed() => 0,
            }
        });
    }
    tokio::spawn(async move {
        let _ = timeout(deadline, batch.closed()).await;
    });
    drop(over);
    let mut done = 0;
    while let Some(ended) = set.join_next().await {
        done += ended.unwrap_or(0);
    }
    done
}
