//! mistake: kept-sender
//! The helper gets a reference and clones it, so the original looks as if it were done with:
//! it is not dropped before the end of the function that waits.

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

fn read<S: Sensor>(mut sensor: S, sender: &mpsc::Sender<u32>) {
    let sender = sender.clone();
    tokio::spawn(async move {
        while let Some(reading) = sensor.next().await {
            if sender.send(reading).await.is_err() {
                break;
            }
        }
    });
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    for sensor in sensors {
        read(sensor, &sender);
    }
    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
