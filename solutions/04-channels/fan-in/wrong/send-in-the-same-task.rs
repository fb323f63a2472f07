//! mistake: bounded-self-deadlock
//! No task, no trouble: the sensors are joined right here, and the receiving comes after.
//! The sends wait for room that only the next line would make.

use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::mpsc;

/// Something that delivers readings, in its own time.
pub trait Sensor: Send + 'static {
    /// The next reading; `None` once there are no more.
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}

/// Every reading of every sensor, through a channel with room for `capacity`.
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut pumps: Vec<_> = sensors
        .into_iter()
        .map(|mut sensor| {
            let sender = sender.clone();
            Box::pin(async move {
                while let Some(reading) = sensor.next().await {
                    if sender.send(reading).await.is_err() {
                        break;
                    }
                }
            })
        })
        .collect();
    drop(sender);
    poll_fn(|cx| {
        pumps.retain_mut(|pump| pump.as_mut().poll(cx).is_pending());
        if pumps.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let mut readings = Vec::new();
    while let Some(reading) = receiver.recv().await {
        readings.push(reading);
    }
    readings
}
