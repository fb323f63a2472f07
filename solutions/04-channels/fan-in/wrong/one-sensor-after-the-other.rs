//! mistake: await-in-sequence
//! Each reader is awaited where it is spawned, beside a task that receives: everything
//! arrives, and the second sensor is not read before the first has ended.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let collector = tokio::spawn(async move {
        let mut readings = Vec::new();
        while let Some(reading) = receiver.recv().await {
            readings.push(reading);
        }
        readings
    });
    for mut sensor in sensors {
        while let Some(reading) = sensor.next().await {
            sender.send(reading).await.expect("the collector is there");
        }
    }
    drop(sender);
    collector.await.expect("the collector does not panic")
}
