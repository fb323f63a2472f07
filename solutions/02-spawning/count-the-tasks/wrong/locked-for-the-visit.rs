//! mistake: tokio-mutex-always
//! The belief: Tokio's lock may be held across an `.await`, so that is where it belongs.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let total = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = visits
        .into_iter()
        .map(|visit| {
            let total = total.clone();
            tokio::spawn(async move {
                let mut total = total.lock().await;
                *total += visit.await;
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    *total.lock().await
}
