//! Each visit has a thread of the blocking pool, which may wait for a future. Tasks are cheaper.

use std::future::Future;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let runtime = Handle::current();
    let run = |visit| {
        let runtime = runtime.clone();
        spawn_blocking(move || runtime.block_on(visit))
    };
    let threads: Vec<_> = visits.into_iter().map(run).collect();
    let mut total = 0;
    for thread in threads {
        total += thread.await.expect("a visit does not panic");
    }
    total
}
