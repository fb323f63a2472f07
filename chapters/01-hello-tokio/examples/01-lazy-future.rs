//! Calling an `async fn` does nothing: the order of the lines below, and counted polls.
//!
//! ```console
//! $ cargo run --example 01-lazy-future
//! ```

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use mini_redis::{Result, client, server};
use tokio::net::TcpListener;
use tokio::task::yield_now;

// ANCHOR: fetch
async fn fetch(key: &str) -> usize {
    println!("    fetch({key}): starts");
    yield_now().await;
    println!("    fetch({key}): goes on");
    key.len()
}
// ANCHOR_END: fetch

// ANCHOR: order
async fn order() {
    println!("1. call, then await");
    let future = fetch("fox");
    println!("  called");
    let length = future.await;
    println!("  awaited: {length}");

    println!("2. call, then drop");
    let future = fetch("owl");
    drop(future);
    println!("  dropped");
}
// ANCHOR_END: order

// ANCHOR: polled
/// What happens below an `.await`, done by hand.
fn polled_by_hand() {
    println!("3. call, then poll by hand");
    let mut future = pin!(fetch("elk"));
    let mut context = Context::from_waker(Waker::noop());
    for poll in 1..=2 {
        println!("  poll {poll}");
        let state = future.as_mut().poll(&mut context);
        println!("  poll {poll} returned {state:?}");
    }
}
// ANCHOR_END: polled

// ANCHOR: write
/// The same mistake with a real client: three writes, of which one is sent.
async fn writes(addr: &str) -> Result<()> {
    println!("4. three writes to a server");
    let mut client = client::connect(addr).await?;
    _ = client.set("a", "called".into());
    drop(client.set("b", "dropped".into()));
    client.set("c", "awaited".into()).await?;

    for key in ["a", "b", "c"] {
        println!("  GET {key} -> {:?}", client.get(key).await?);
    }
    Ok(())
}
// ANCHOR_END: write

#[tokio::main]
async fn main() -> Result<()> {
    order().await;
    polled_by_hand();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?.to_string();
    let mut outcome = Ok(());
    server::run(listener, async { outcome = writes(&addr).await }).await?;
    outcome
}
