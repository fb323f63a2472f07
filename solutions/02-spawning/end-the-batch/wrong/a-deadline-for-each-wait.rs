//! mistake: sleep-in-loop
//! The belief: a `timeout` of so much time ends after that time, however often it is made anew.

use std::future::Future;
use std::time::Duration;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let tasks: Vec<_> = jobs.into_iter().map(tokio::spawn).collect();
    let mut done = 0;
    for mut task in tasks {
        match tokio::time::timeout(deadline, &mut task).await {
            Ok(ended) => done += usize::from(ended.is_ok()),
            Err(_) => {
                task.abort();
                let _ = task.await;
            }
        }
    }
    done
}
