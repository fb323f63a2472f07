//! Three programs around a channel: which of them ends?
//!
//! ```console
//! $ cargo run --example 04-does-it-end
//! ```
//!
//! Each gets an hour on a paused clock. Where nothing is left that could wake it, the clock
//! jumps to the end of the hour at once.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

// ANCHOR: kept
/// Three tasks send a word each, and a loop receives them.
async fn three_words() {
    let (sender, mut receiver) = mpsc::channel(8);
    for word in ["one", "two", "three"] {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(word).await });
    }
    while let Some(word) = receiver.recv().await {
        let senders = receiver.sender_strong_count();
        println!("  received {word}, senders left: {senders}");
    }
}
// ANCHOR_END: kept

// ANCHOR: first
/// Sends everything, then receives everything.
async fn send_first() {
    let (sender, mut receiver) = mpsc::channel(4);
    for n in 0..10 {
        println!("  sends {n}, room for {}", sender.capacity());
        sender.send(n).await.expect("we hold the receiver");
    }
    drop(sender);
    while let Some(n) = receiver.recv().await {
        println!("  received {n}");
    }
}
// ANCHOR_END: first

// ANCHOR: itself
/// A counter's manager that doubles by asking itself to add.
async fn asks_itself() {
    enum Command {
        Add(u32, oneshot::Sender<u32>),
        Double(oneshot::Sender<u32>),
    }
    let (commands, mut queue) = mpsc::channel(8);
    let own = commands.clone();
    tokio::spawn(async move {
        let mut sum = 0;
        while let Some(command) = queue.recv().await {
            match command {
                Command::Add(n, reply) => {
                    sum += n;
                    let _ = reply.send(sum);
                }
                Command::Double(reply) => {
                    println!("  the manager asks itself to add {sum}");
                    let (add, added) = oneshot::channel();
                    let _ = own.send(Command::Add(sum, add)).await;
                    let _ = reply.send(added.await.unwrap_or_default());
                }
            }
        }
    });
    let (reply, answer) = oneshot::channel();
    let _ = commands.send(Command::Add(7, reply)).await;
    println!("  added: {:?}", answer.await);
    let (reply, answer) = oneshot::channel();
    let _ = commands.send(Command::Double(reply)).await;
    println!("  doubled: {:?}", answer.await);
}
// ANCHOR_END: itself

async fn an_hour_for(name: &str, program: impl Future) {
    println!("{name}");
    match timeout(Duration::from_secs(3600), program).await {
        Ok(_) => println!("  ended"),
        Err(_) => println!("  still waiting after an hour"),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    an_hour_for("a sender that was kept", three_words()).await;
    an_hour_for("all sent before the first is received", send_first()).await;
    an_hour_for("a manager that asks itself", asks_itself()).await;
}
