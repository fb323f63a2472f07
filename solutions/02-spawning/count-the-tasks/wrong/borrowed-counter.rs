//! mistake: borrow-into-spawn
//! error: E0373
//! The belief: without `move`, all tasks add to the one local variable.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    let mut tasks = Vec::new();
    for visit in visits {
        tasks.push(tokio::spawn(async {
            commands += visit.await;
        }));
    }
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    commands
}
