//! What ends a task, and what does not.
//!
//! ```console
//! $ cargo run --example 02-handles
//! ```
//!
//! Each scene starts a task that needs 100 ms, on a paused clock.

use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout};

/// Says how it ended, and when.
struct Task(&'static str, Instant);

impl Drop for Task {
    fn drop(&mut self) {
        println!("  {:3} ms  the task {}", self.1.elapsed().as_millis(), self.0);
    }
}

async fn job(start: Instant) {
    let mut task = Task("is dropped at its `.await`", start);
    sleep(Duration::from_millis(100)).await;
    task.0 = "ends";
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = scene("the handle is dropped");
    drop(tokio::spawn(job(start)));
    wait(200).await;

    let start = scene("a timeout of 50 ms on the handle");
    let ended = timeout(Duration::from_millis(50), tokio::spawn(job(start))).await;
    assert!(ended.is_err());
    println!("{:5} ms  main gives up", start.elapsed().as_millis());
    wait(150).await;

    let start = scene("a timeout of 50 ms inside the task");
    let handle = tokio::spawn(timeout(Duration::from_millis(50), job(start)));
    let ended = handle.await.expect("no panic");
    assert!(ended.is_err());

    let start = scene("the handle is aborted");
    let handle = tokio::spawn(job(start));
    wait(50).await;
    handle.abort();
    println!("{:5} ms  abort() has returned", start.elapsed().as_millis());
    yield_now().await;

    let start = scene("a JoinSet is dropped");
    let mut jobs = JoinSet::new();
    jobs.spawn(job(start));
    wait(50).await;
    drop(jobs);
    println!("{:5} ms  drop() has returned", start.elapsed().as_millis());
    yield_now().await;
}

fn scene(name: &str) -> Instant {
    println!("{name}");
    Instant::now()
}

async fn wait(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}
