//! One task owns the client. The others send it commands, and hear nothing back.
//!
//! ```console
//! $ cargo run --example 04-one-way
//! ```
//!
//! The server runs in this process.

use std::future;

use bytes::Bytes;
use mini_redis::client::{self, Client};
use mini_redis::{Result, server};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

// ANCHOR: manage
enum Command {
    Set { key: String, value: Bytes },
}

async fn manage(mut client: Client, mut queue: mpsc::Receiver<Command>) -> Result<()> {
    while let Some(Command::Set { key, value }) = queue.recv().await {
        client.set(&key, value).await?;
        println!("the manager has set {key}");
    }
    Ok(())
}
// ANCHOR_END: manage

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(server::run(listener, future::pending::<()>()));

    // ANCHOR: tasks
    let client = client::connect(addr).await?;
    let (commands, queue) = mpsc::channel(32);
    let manager = tokio::spawn(manage(client, queue));

    for tree in ["ash", "birch", "cedar"] {
        let commands = commands.clone();
        tokio::spawn(async move {
            let value = tree.to_uppercase().into();
            commands.send(Command::Set { key: tree.into(), value }).await
        });
    }
    drop(commands);
    manager.await??;
    println!("the manager has ended");
    // ANCHOR_END: tasks
    Ok(())
}
