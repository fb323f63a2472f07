//! mistake: copied-counter
//! "The tasks only had to run at the same time." They do, each with a copy that starts at 0.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    let mut tasks = Vec::new();
    for visit in visits {
        tasks.push(tokio::spawn(async move {
            commands += visit.await;
            println!("{commands} so far");
        }));
    }
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    commands
}
