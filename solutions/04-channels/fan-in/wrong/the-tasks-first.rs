//! mistake: bounded-self-deadlock
//! First wait for the readers, so that everything is in the channel, then take it out. With
//! room for one, no reader ends before somebody takes something out.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut readers = Vec::new();
    for mut sensor in sensors {
        let sender = sender.clone();
        readers.push(tokio::spawn(async move {
            while let Some(reading) = sensor.next().await {
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        }));
    }
    for reader in readers {
        reader.await.expect("a reader does not panic");
    }
    let mut readings = Vec::new();
    while let Ok(reading) = receiver.try_recv() {
        readings.push(reading);
    }
    readings
}
