//! mistake: spawn-then-await
//! "What is spawned runs concurrently, wherever the `.await` stands." The total is right,
//! and each visit waits for the one before it.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    for visit in visits {
        commands += tokio::spawn(visit).await.expect("a visit does not panic");
    }
    commands
}
