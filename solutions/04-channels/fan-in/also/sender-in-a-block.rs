//! The sender lives in a function that spawns and returns: when it is back, only the tasks'
//! clones are left. The tasks are in a `JoinSet`, so that they end with the caller.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

fn spawn_readers<S: Sensor>(
    sensors: Vec<S>,
    sender: mpsc::Sender<u32>,
    tasks: &mut JoinSet<()>,
) {
    for mut sensor in sensors {
        let sender = sender.clone();
        tasks.spawn(async move {
            while let Some(reading) = sensor.next().await {
                if sender.send(reading).await.is_err() {
                    break;
                }
            }
        });
    }
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut tasks = JoinSet::new();
    spawn_readers(sensors, sender, &mut tasks);
    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
