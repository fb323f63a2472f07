//! `oneshot`: one value, once, and both ends learn when the other is gone.
//!
//! ```console
//! $ cargo run --example 04-oneshot
//! ```

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: value
    let (sender, receiver) = oneshot::channel();
    println!("send returns {:?}, at once", sender.send("pong"));
    println!("the receiver gets {:?}", receiver.await);
    // ANCHOR_END: value

    // ANCHOR: gone
    let (sender, receiver) = oneshot::channel::<&str>();
    drop(sender);
    println!("the sender is gone: {:?}", receiver.await);

    let (sender, receiver) = oneshot::channel();
    drop(receiver);
    println!("the receiver is gone: {:?}", sender.send("pong"));
    // ANCHOR_END: gone

    // ANCHOR: closed
    let start = Instant::now();
    let (mut sender, receiver) = oneshot::channel::<&str>();
    let worker = tokio::spawn(async move {
        sender.closed().await; // chapter 8 stops a long job with it
        println!("{:?}: nobody waits for the answer any more", start.elapsed());
        sender.is_closed()
    });
    sleep(Duration::from_millis(30)).await;
    drop(receiver);
    println!("is_closed: {:?}", worker.await.ok());
    // ANCHOR_END: closed
}
