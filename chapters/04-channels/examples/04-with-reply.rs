//! One task owns the client, and a command may carry the way back for its answer.
//!
//! ```console
//! $ cargo run --example 04-with-reply
//! ```
//!
//! The server runs in this process.

use std::future;

use bytes::Bytes;
use mini_redis::client::{self, Client};
use mini_redis::{Result, server};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

// ANCHOR: manage
enum Command {
    Set { key: String, value: Bytes },
    Get { key: String, reply: oneshot::Sender<Option<Bytes>> },
}

async fn manage(mut client: Client, mut queue: mpsc::Receiver<Command>) -> Result<()> {
    while let Some(command) = queue.recv().await {
        match command {
            Command::Set { key, value } => client.set(&key, value).await?,
            Command::Get { key, reply } => {
                let value = client.get(&key).await?;
                let _ = reply.send(value); // fails if nobody waits for it any more
            }
        }
    }
    Ok(())
}
// ANCHOR_END: manage

// ANCHOR: get
async fn get(commands: &mpsc::Sender<Command>, key: &str) -> Result<Option<Bytes>> {
    let (reply, answer) = oneshot::channel();
    commands.send(Command::Get { key: key.into(), reply }).await?;
    Ok(answer.await?)
}
// ANCHOR_END: get

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(server::run(listener, future::pending::<()>()));

    let client = client::connect(addr).await?;
    let (commands, queue) = mpsc::channel(32);
    let manager = tokio::spawn(manage(client, queue));

    let tasks = ["ash", "birch"].map(|tree| {
        let commands = commands.clone();
        tokio::spawn(async move {
            let value = tree.to_uppercase().into();
            commands.send(Command::Set { key: tree.into(), value }).await?;
            get(&commands, tree).await
        })
    });
    for task in tasks {
        println!("a task set a key, and got {:?} back", task.await??);
    }
    drop(commands);
    manager.await?
}
