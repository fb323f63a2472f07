//! mistake: spawn-then-await
//! "Awaiting each task makes sure that it ends." It also makes sure that the next does not
//! start before.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut done = 0;
    let _ = timeout(deadline, async {
        for job in jobs {
            if tokio::spawn(job).await.is_ok() {
                done += 1;
            }
        }
    })
    .await;
    done
}
