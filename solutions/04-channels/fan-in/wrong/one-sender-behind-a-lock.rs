//! mistake: tokio-mutex-always
//! One sender is enough if the tasks share it. Whoever has it waits for its sensor with it in its hands.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let sender = Arc::new(Mutex::new(sender));
    for mut sensor in sensors {
        let sender = sender.clone();
        tokio::spawn(async move {
            loop {
                let sender = sender.lock().await;
                let Some(reading) = sensor.next().await else { break };
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
