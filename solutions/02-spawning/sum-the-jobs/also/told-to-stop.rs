//! Nobody is aborted: each task listens for the word to stop beside its job, and all of them are
//! awaited.

use std::future::Future;

use tokio::sync::watch;
use tokio::task::JoinSet;

/// Whatever may go wrong.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs all jobs at the same time, and adds up what they return.
///
/// # Errors
///
/// The first that a job returns, or that a job's panic leads to.
pub async fn sum<J>(jobs: Vec<J>) -> Result<u64, Error>
where
    J: Future<Output = Result<u64, Error>> + Send + 'static,
{
    let (stop, stopped) = watch::channel(false);
    let mut set = JoinSet::new();
    for job in jobs {
        let mut stopped = stopped.clone();
        set.spawn(async move {
            tokio::select! {
                sold = job => sold.map(Some),
                _ = stopped.wait_for(|stop| *stop) => Ok(None),
            }
        });
    }
    let (mut total, mut failure) = (0, None);
    while let Some(ended) = set.join_next().await {
        match ended.map_err(Error::from).and_then(|sold| sold) {
            Ok(sold) => total += sold.unwrap_or(0),
            Err(error) => {
                failure.get_or_insert(error);
                stop.send_replace(true);
            }
        }
    }
    failure.map_or(Ok(total), Err)
}
