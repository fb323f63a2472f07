//! mistake: await-in-sequence
//! "The spawn was the trouble, so leave it out." Without a task, the loop's `.await` is all
//! that polls a visit.

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    for visit in visits {
        commands += visit.await;
    }
    commands
}
