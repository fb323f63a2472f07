//! `std::sync::mpsc` in a task: its `recv` keeps the thread.
//!
//! ```console
//! $ cargo run --example 04-std-channel
//! ```

use std::time::Duration;

// ANCHOR: both
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = std::sync::mpsc::channel();
    tokio::spawn(async move { sender.send("from std") });
    let hundred_ms = Duration::from_millis(100);
    println!("std's recv_timeout: {:?}", receiver.recv_timeout(hundred_ms));

    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move { sender.send("from tokio").await });
    println!("tokio's recv:       {:?}", receiver.recv().await);
}
// ANCHOR_END: both
