//! mistake: kept-sender
//! The belief: `recv` returns `None` when all tasks have ended.

use std::future::Future;
use tokio::sync::mpsc;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let (sender, mut numbers) = mpsc::unbounded_channel();
    for visit in visits {
        let sender = sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(visit.await);
        });
    }
    let mut total = 0;
    while let Some(commands) = numbers.recv().await {
        total += commands;
    }
    total
}
