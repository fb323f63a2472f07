//! mistake: copied-counter
//! "`async move` shares the counter with the task." It copies it: the program counts, each
//! task for itself.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    for visit in visits {
        let task = tokio::spawn(async move {
            commands += visit.await;
            commands
        });
        task.await.expect("a visit does not panic");
    }
    commands
}
