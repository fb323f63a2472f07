//! Three writes with a client, and what the server knows afterwards.
//!
//! ```console
//! $ cargo run --example 01-three-writes
//! ```

use mini_redis::{Result, client, server};
use tokio::net::TcpListener;

// ANCHOR: write
async fn writes(addr: &str) -> Result<()> {
    let mut client = client::connect(addr).await?;
    _ = client.set("a", "one".into());
    drop(client.set("b", "two".into()));
    client.set("c", "three".into()).await?;

    for key in ["a", "b", "c"] {
        println!("GET {key}: {:?}", client.get(key).await?);
    }
    Ok(())
}
// ANCHOR_END: write

#[tokio::main]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?.to_string();
    let mut outcome = Ok(());
    server::run(listener, async { outcome = writes(&addr).await }).await?;
    outcome
}
