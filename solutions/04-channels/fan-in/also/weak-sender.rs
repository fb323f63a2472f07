//! A `WeakSender` does not count. The strong one moves into the loop's last use: here, into an
//! iterator that ends with the statement.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let weak = sender.downgrade();
    let senders: Vec<_> = sensors.iter().map(|_| sender.clone()).collect();
    drop(sender);
    for (mut sensor, sender) in sensors.into_iter().zip(senders) {
        tokio::spawn(async move {
            while let Some(reading) = sensor.next().await {
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    debug_assert!(weak.upgrade().is_none());
    readings
}
