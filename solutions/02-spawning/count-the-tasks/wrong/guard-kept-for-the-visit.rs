//! mistake: not-send-across-await
//! error: cannot be sent between threads safely
//! The belief: lock first, then there is time for everything else.

use std::future::Future;
use std::sync::{Arc, Mutex};

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
                let mut total = total.lock().expect("nothing panics under this lock");
                *total += visit.await;
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    *total.lock().expect("nothing panics under this lock")
}
