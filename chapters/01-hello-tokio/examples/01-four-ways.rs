//! Four ways to ask for three keys, each reply taking 100 ms, and how long each way takes.
//!
//! ```console
//! $ cargo run --example 01-four-ways
//! ```
//!
//! The clock is Tokio's paused one: it jumps to the next timer when nothing else is left
//! to do, so the times are exact and the program does not wait for them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// A reply from a server 100 ms away.
async fn get(start: Instant, key: &'static str) -> usize {
    println!("  {:3} ms  GET {key}", start.elapsed().as_millis());
    sleep(Duration::from_millis(100)).await;
    println!("  {:3} ms  reply for {key}", start.elapsed().as_millis());
    key.len()
}

// ANCHOR: ways
async fn one_after_the_other(start: Instant) -> usize {
    get(start, "fox").await + get(start, "owl").await + get(start, "elk").await
}

async fn called_first_awaited_later(start: Instant) -> usize {
    let (fox, owl, elk) = (get(start, "fox"), get(start, "owl"), get(start, "elk"));
    fox.await + owl.await + elk.await
}

async fn out_of_a_vec(start: Instant) -> usize {
    let futures: Vec<_> = ["fox", "owl", "elk"].map(|key| get(start, key)).into();
    let mut sum = 0;
    for future in futures {
        sum += future.await;
    }
    sum
}

async fn joined(start: Instant) -> usize {
    let (fox, owl, elk) =
        tokio::join!(get(start, "fox"), get(start, "owl"), get(start, "elk"));
    fox + owl + elk
}
// ANCHOR_END: ways

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("one after the other");
    one_after_the_other(Instant::now()).await;
    println!("called first, awaited later");
    called_first_awaited_later(Instant::now()).await;
    println!("out of a Vec");
    out_of_a_vec(Instant::now()).await;
    println!("joined");
    joined(Instant::now()).await;
}
