//! Tasks that own what they use: one value for one task, one `Arc` for several.
//!
//! ```console
//! $ cargo run --example 02-owned
//! ```

use std::sync::Arc;

use tokio::task::JoinError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    one().await?;
    several().await
}

// ANCHOR: one
async fn one() -> Result<(), JoinError> {
    let greeting = String::from("+PONG");
    let task = tokio::spawn(async move {
        println!("the only client gets {greeting}");
    });
    task.await
}
// ANCHOR_END: one

// ANCHOR: several
async fn several() -> Result<(), JoinError> {
    let greeting = Arc::new(String::from("+PONG"));
    let mut tasks = Vec::new();
    for client in 1..=3 {
        let greeting = Arc::clone(&greeting);
        tasks.push(tokio::spawn(async move {
            println!("client {client} gets {greeting}");
        }));
    }
    for task in tasks {
        task.await?;
    }
    Ok(())
}
// ANCHOR_END: several
