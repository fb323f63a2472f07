//! One loop spawns, a second one awaits. That the handles are awaited in order costs
//! nothing here: the visits run on meanwhile, and the sum needs them all.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let tasks: Vec<_> = visits.into_iter().map(tokio::spawn).collect();
    let mut commands = 0;
    for task in tasks {
        commands += task.await.expect("a visit does not panic");
    }
    commands
}
