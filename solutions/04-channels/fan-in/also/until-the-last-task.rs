//! The end of the last task is the end, once what it left in the channel has been taken out.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut tasks = JoinSet::new();
    for mut sensor in sensors {
        let sender = sender.clone();
        tasks.spawn(async move {
            while let Some(reading) = sensor.next().await {
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
    let mut readings = Vec::new();
    loop {
        tokio::select! {
            Some(reading) = receiver.recv() => readings.push(reading),
            ended = tasks.join_next() => {
                if ended.is_none() {
                    break;
                }
            }
        }
    }
    while let Ok(reading) = receiver.try_recv() {
        readings.push(reading);
    }
    readings
}
