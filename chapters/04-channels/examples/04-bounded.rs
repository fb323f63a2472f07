//! A bounded `mpsc` channel: who waits, and for how long.
//!
//! ```console
//! $ cargo run --example 04-bounded
//! ```
//!
//! Two producers have three messages each, the consumer takes 100 ms for each message, and
//! the channel has room for two. The clock is paused, so the times are exact, and you do not
//! wait for them.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

// ANCHOR: produce
async fn produce(name: &str, channel: mpsc::Sender<String>, start: Instant) {
    for n in 1..=3 {
        let wanted = Instant::now();
        if channel.send(format!("{name}{n}")).await.is_err() {
            return; // nobody will ever receive again
        }
        let (now, waited) = (start.elapsed().as_millis(), wanted.elapsed().as_millis());
        println!("{now:4} ms  {name}{n} is in the channel, after waiting {waited} ms");
    }
}
// ANCHOR_END: produce

// ANCHOR: main
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let (sender, mut receiver) = mpsc::channel(2);
    for name in ["a", "b"] {
        tokio::spawn(produce(name, sender.clone(), start));
    }
    drop(sender); // the clones count, and so does this one

    while let Some(message) = receiver.recv().await {
        println!("{:4} ms      {message} taken out", start.elapsed().as_millis());
        sleep(Duration::from_millis(100)).await;
    }
    println!("{:4} ms  every sender is gone", start.elapsed().as_millis());
}
// ANCHOR_END: main
