//! mistake: bounded-self-deadlock
//! The belief: a channel takes what is sent, and is emptied when there is time.

use std::future::Future;
use tokio::sync::mpsc;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let (sender, mut numbers) = mpsc::channel(8);
    let tasks: Vec<_> = visits
        .into_iter()
        .map(|visit| {
            let sender = sender.clone();
            tokio::spawn(async move {
                let _ = sender.send(visit.await).await;
            })
        })
        .collect();
    drop(sender);
    for task in tasks {
        task.await.expect("a visit does not panic");
    }
    let mut total = 0;
    while let Some(commands) = numbers.recv().await {
        total += commands;
    }
    total
}
