//! mistake: first-end-ends-all
//! Each task sends the end of its sensor as well, so that the list hears of it. It stops at the first.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    for mut sensor in sensors {
        let sender = sender.clone();
        tokio::spawn(async move {
            loop {
                let reading = sensor.next().await;
                let end = reading.is_none();
                if sender.send(reading).await.is_err() || end {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut readings = Vec::new();
    while let Some(Some(reading)) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
