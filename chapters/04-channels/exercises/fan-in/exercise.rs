//! # A fan-in that ends
//!
//! Three sensors, one list: the readings go into it as they arrive. The function below
//! collects every one of them. Nobody has ever seen it return.
//!
//! At the end:
//!
//! - `collect` returns as soon as every sensor has come to its end, and not before;
//! - every reading is in the list, in the order in which the readings arrived;
//! - both hold for any capacity, even with room for one reading.
//!
//! Change the body of `collect` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check fan-in
//! ```

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Collects every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    // TODO: this collects all readings, and then it waits for something.
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
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
