//! Each sensor's end is a message of its own, and the list is whole when all of them have come.
//! More to get right than a dropped sender, and the way to go where one sender stays for good.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut running = sensors.len();
    for mut sensor in sensors {
        let sender = sender.clone();
        tokio::spawn(async move {
            loop {
                let reading = sensor.next().await;
                if sender.send(reading).await.is_err() || reading.is_none() {
                    break;
                }
            }
        });
    }
    let mut readings = Vec::new();
    while running > 0 {
        match receiver.recv().await.expect("we hold a sender") {
            Some(reading) => readings.push(reading),
            None => running -= 1,
        }
    }
    readings
}
