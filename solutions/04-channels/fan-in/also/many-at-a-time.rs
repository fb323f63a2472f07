//! `recv_many` takes all that is there at one wake-up. Its 0 is what `None` is for `recv`.

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
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender); // the tasks have theirs; this one would keep the channel open

    let mut readings = Vec::new();
    while receiver.recv_many(&mut readings, 16).await > 0 {}
    readings
}
