//! mistake: send-always-arrives
//!
//! The belief: `try_send` is `send` for those who are in a hurry. What finds no room is lost, and only
//! when readings come faster than they are received.

use tokio::sync::mpsc;

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
                let _ = sender.try_send(reading);
            }
        });
    }
    drop(sender); // the tasks have theirs; this one would keep the channel open

    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
