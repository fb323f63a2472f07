//! mistake: tokio-mutex-always
//! One sender is enough if the tasks share it. Whoever has it waits for its sensor with it in its hands.

use tokio::sync::mpsc;
pub trait Sensor: Send + 'static {
    fn next(&mut self) -> impl Future<Output = Option<u32>> + Send;
}
pub async fn collect<S: Sensor>(sensors: Vec<S>, capacity: usize) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let sender = std::sync::Arc::new(tokio::sync::Mutex::new(sender));
    for mut sensor in sensors {
        let sender = sender.clone();
        tokio::spawn(async move {
            loop {
                let s = sender.lock().await;
                let Some(r) = sensor.next().await else { break };
                if s.send(r).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut readings = vec![];
    while let Some(r) = receiver.recv().await {
        readings.push(r)
    }
    readings
}
