//! A clock that ticks beside a pause: of Tokio's kind, and of the standard library's.
//!
//! ```console
//! $ cargo run --example 01-two-sleeps
//! ```
//!
//! The clock is Tokio's paused one, so that the lines come in the same order each time.

use std::thread;
use std::time::Duration;

use tokio::time::sleep;

// ANCHOR: pauses
async fn ticks() {
    for tick in 1..=3 {
        sleep(Duration::from_millis(100)).await;
        println!("  tick {tick}");
    }
}

async fn pause() {
    println!("  pause begins");
    sleep(Duration::from_millis(250)).await;
    println!("  pause ends");
}

async fn std_pause() {
    println!("  pause begins");
    thread::sleep(Duration::from_millis(250));
    println!("  pause ends");
}
// ANCHOR_END: pauses

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("tokio::time::sleep");
    tokio::join!(ticks(), pause());
    println!("std::thread::sleep");
    tokio::join!(ticks(), std_pause());
}
