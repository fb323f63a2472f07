//! mistake: spawn-and-return
//! "Spawned work is as good as done." Nothing here waits for a task, so nothing knows.

use std::future::Future;
use std::time::Duration;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut tasks = Vec::new();
    for job in jobs {
        tasks.push(tokio::spawn(job));
    }
    tokio::task::yield_now().await;
    println!("{} jobs done within {deadline:?}", tasks.len());
    tasks.len()
}
