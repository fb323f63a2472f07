//! A slow read beside a task that ticks: the read in the task, and the read on the blocking pool.
//!
//! ```console
//! $ cargo run --example 10-neighbor
//! ```

use std::thread;
use std::time::Duration;

use tokio::task::{JoinError, spawn_blocking};
use tokio::time::sleep;

// ANCHOR: ticks
async fn ticks() {
    for tick in 1..=3 {
        sleep(Duration::from_millis(100)).await;
        println!("  tick {tick}");
    }
}

/// Stands for a read from a slow disk.
fn read() {
    thread::sleep(Duration::from_secs(1));
    println!("  read");
}
// ANCHOR_END: ticks

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    println!("on the blocking pool:");
    let ticking = tokio::spawn(ticks());
    spawn_blocking(read).await?;
    ticking.await?;
    // ANCHOR_END: main

    // ANCHOR: spawned
    println!("in a task of its own:");
    let ticking = tokio::spawn(ticks());
    tokio::spawn(async { read() }).await?;
    ticking.await
}
// ANCHOR_END: spawned
