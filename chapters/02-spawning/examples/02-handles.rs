//! A timeout in two places, and a handle that is dropped.
//!
//! ```console
//! $ cargo run --example 02-handles
//! ```
//!
//! Each scene starts a task that needs 100 ms, on a paused clock.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

// ANCHOR: job
async fn job(start: Instant) {
    let mut task = Task { ends: "is dropped at its `.await`", start };
    sleep(Duration::from_millis(100)).await;
    task.ends = "ends";
}
// ANCHOR_END: job

/// Says how it ended, and when.
struct Task {
    ends: &'static str,
    start: Instant,
}

impl Drop for Task {
    fn drop(&mut self) {
        println!("  {:3} ms  the task {}", self.start.elapsed().as_millis(), self.ends);
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = scene("timeout A");
    // ANCHOR: a
    let a = timeout(Duration::from_millis(50), tokio::spawn(job(start)));
    // ANCHOR_END: a
    assert!(a.await.is_err());
    println!("{:5} ms  main goes on", start.elapsed().as_millis());
    wait(150).await;

    let start = scene("timeout B");
    // ANCHOR: b
    let b = tokio::spawn(timeout(Duration::from_millis(50), job(start)));
    // ANCHOR_END: b
    assert!(b.await.expect("no panic").is_err());
    println!("{:5} ms  main goes on", start.elapsed().as_millis());
    wait(150).await;

    let start = scene("the handle is dropped");
    // ANCHOR: dropped
    drop(tokio::spawn(job(start)));
    // ANCHOR_END: dropped
    wait(150).await;
}

fn scene(name: &str) -> Instant {
    println!("{name}");
    Instant::now()
}

async fn wait(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}
