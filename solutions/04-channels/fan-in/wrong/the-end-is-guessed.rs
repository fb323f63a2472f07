//! mistake: kept-sender
//! The loop that never ends gets a limit: a second without a reading must be the end. It is
//! late every time, and wrong when a sensor pauses.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    for mut sensor in sensors {
        let sender = sender.clone();
        tokio::spawn(async move {
            while let Some(reading) = sensor.next().await {
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
    let mut readings = Vec::new();
    while let Ok(Some(reading)) = timeout(Duration::from_secs(1), receiver.recv()).await {
        readings.push(reading);
    }
    readings
}
