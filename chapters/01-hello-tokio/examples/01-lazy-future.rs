//! What an `.await` does: the order of the lines below, and polls made by hand.
//!
//! ```console
//! $ cargo run --example 01-lazy-future
//! ```

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

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

#[tokio::main]
async fn main() {
    order().await;
    polled_by_hand();
}
