//! Tasks that all stay on this thread may share what is neither `Send` nor locked.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use tokio::task::LocalSet;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let commands = Rc::new(Cell::new(0));
    let tasks = LocalSet::new();
    for visit in visits {
        let commands = commands.clone();
        tasks.spawn_local(async move {
            let sent = visit.await;
            commands.set(commands.get() + sent);
        });
    }
    tasks.await;
    commands.get()
}
