//! The end of the last task is the end, once what it left in the channel has been taken out.

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
    drop(sender);
    let mut readings = vec![];
    loop {
        tokio::select! { Some(r) = receiver.recv() => readings.push(r), j = tasks.join_next() => if j.is_none() { while let Ok(r) = receiver.try_recv() { readings.push(r) } return readings } }
    }
}
