//! `broadcast`: every receiver gets every value, unless it is too slow.
//!
//! ```console
//! $ cargo run --example 04-broadcast
//! ```

use tokio::sync::broadcast::{self, error::RecvError};

// ANCHOR: listen
/// Receives until no sender is left.
async fn listen(name: &str, mut receiver: broadcast::Receiver<u32>) {
    loop {
        match receiver.recv().await {
            Ok(n) => println!("  {name} received {n}"),
            Err(RecvError::Lagged(missed)) => println!("  {name} missed {missed}"),
            Err(RecvError::Closed) => return println!("  {name}: no sender is left"),
        }
    }
}
// ANCHOR_END: listen

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), broadcast::error::SendError<u32>> {
    let (sender, early) = broadcast::channel(4); // keeps the last 4
    println!("1 reaches {} receiver", sender.send(1)?);
    let late = sender.subscribe();
    println!("2 reaches {} receivers", sender.send(2)?);
    drop(sender);
    listen("early", early).await;
    listen("late ", late).await;

    // ANCHOR: slow
    let (sender, slow) = broadcast::channel(4);
    for n in 1..=10 {
        sender.send(n)?;
    }
    drop(sender);
    println!("1 to 10 sent, room for 4");
    listen("slow ", slow).await;
    // ANCHOR_END: slow

    let (sender, receiver) = broadcast::channel(4);
    drop(receiver);
    println!("without receivers: {:?}", sender.send(1));
    Ok(())
}
