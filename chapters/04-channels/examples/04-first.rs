//! A channel, three senders, one receiver, and the end.
//!
//! ```console
//! $ cargo run --example 04-first
//! ```

// ANCHOR: all
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(8);
    for word in ["one", "two", "three"] {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(word).await });
    }
    drop(sender);
    while let Some(word) = receiver.recv().await {
        println!("received {word}");
    }
    println!("the end");
}
// ANCHOR_END: all
