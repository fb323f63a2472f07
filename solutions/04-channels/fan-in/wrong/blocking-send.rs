//! mistake: runtime-is-everywhere
//! `blocking_send` needs no `.await`, so it looks like less trouble. It panics where tasks are polled.

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
                if sender.blocking_send(r).is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut readings = vec![];
    while let Some(r) = receiver.recv().await {
        readings.push(r)
    }
    readings
}
