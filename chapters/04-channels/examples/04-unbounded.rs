//! The same producer and consumer over a bounded and an unbounded channel: what piles up.
//!
//! ```console
//! $ cargo run --example 04-unbounded
//! ```
//!
//! The producer makes a message of 1 KiB every millisecond, and the consumer takes 10 ms for
//! each. The clock is paused: the ten seconds are virtual.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

/// A message that counts itself while it exists.
struct Message(Vec<u8>, Arc<AtomicUsize>);

impl Message {
    fn new(alive: &Arc<AtomicUsize>) -> Message {
        let message = Message(vec![0; 1024], alive.clone());
        alive.fetch_add(message.0.capacity(), Relaxed);
        message
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0.capacity(), Relaxed);
    }
}

// ANCHOR: channels
async fn bounded(bytes: Arc<AtomicUsize>) {
    let (sender, mut receiver) = mpsc::channel(16);
    tokio::spawn({
        let bytes = bytes.clone();
        async move {
            while sender.send(Message::new(&bytes)).await.is_ok() {
                sleep(Duration::from_millis(1)).await;
            }
        }
    });
    consume(async || receiver.recv().await, bytes).await;
}

async fn unbounded(bytes: Arc<AtomicUsize>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn({
        let bytes = bytes.clone();
        async move {
            while sender.send(Message::new(&bytes)).is_ok() {
                sleep(Duration::from_millis(1)).await;
            }
        }
    });
    consume(async || receiver.recv().await, bytes).await;
}
// ANCHOR_END: channels

/// Takes a message every 10 ms, for ten seconds, and now and then prints what is alive.
async fn consume(
    mut recv: impl AsyncFnMut() -> Option<Message>,
    bytes: Arc<AtomicUsize>,
) {
    for taken in 0..=1000 {
        if taken % 200 == 0 {
            let bytes = bytes.load(Relaxed);
            println!("{taken:6} {:9} {bytes:12}", bytes / 1024);
        }
        let message = recv().await;
        sleep(Duration::from_millis(10)).await;
        drop(message);
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!(" taken   waiting        bytes");
    println!("--- mpsc::channel(16)");
    bounded(Arc::default()).await;
    println!("--- mpsc::unbounded_channel()");
    unbounded(Arc::default()).await;
}
