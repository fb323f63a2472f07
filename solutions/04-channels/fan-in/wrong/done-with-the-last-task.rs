//! mistake: closed-is-not-empty
//! When the last task has ended, all has been said. But what it sent may still be in the channel, and
//! which branch of the `select!` comes first is a matter of chance.

use tokio::sync::mpsc;
pub trait Sensor: Send + 'static {
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut tasks = tokio::task::JoinSet::new();
    for mut sensor in sensors {
        let sender = sender.clone();
        tasks.spawn(async move {
            while let Some(r) = sensor.next().await {
                if sender.send(r).await.is_err() {
                    break;
                }
            }
        });
    }
    let mut readings = vec![];
    loop {
        tokio::select! { Some(r) = receiver.recv() => readings.push(r), j = tasks.join_next() => if j.is_none() { return readings } }
    }
}
