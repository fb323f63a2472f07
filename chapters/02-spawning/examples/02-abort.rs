//! Who ends a task, and when it is gone.
//!
//! ```console
//! $ cargo run --example 02-abort
//! ```
//!
//! Each scene starts a task that needs 100 ms, on a paused clock, and ends it at 50 ms. In
//! one of them, it is too late for that.

use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep};

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

async fn job(start: Instant) {
    let mut task = Task { ends: "is dropped at its `.await`", start };
    sleep(Duration::from_millis(100)).await;
    task.ends = "ends";
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = scene("handle.abort()");
    // ANCHOR: abort
    let handle = tokio::spawn(job(start));
    wait(50).await;
    handle.abort();
    say(start, "abort() has returned");
    say(start, of(&handle.await));
    // ANCHOR_END: abort

    let start = scene("handle.abort(), after the end");
    let handle = tokio::spawn(job(start));
    wait(150).await;
    handle.abort();
    say(start, of(&handle.await));

    let start = scene("drop(jobs)");
    let mut jobs = JoinSet::new();
    jobs.spawn(job(start));
    wait(50).await;
    // ANCHOR: dropped
    drop(jobs);
    say(start, "drop() has returned");
    // ANCHOR_END: dropped
    yield_now().await;

    let start = scene("jobs.abort_all()");
    let mut jobs = JoinSet::new();
    jobs.spawn(job(start));
    wait(50).await;
    // ANCHOR: abort-all
    jobs.abort_all();
    say(start, "abort_all() has returned");
    while let Some(ended) = jobs.join_next().await {
        say(start, of(&ended));
    }
    // ANCHOR_END: abort-all

    let start = scene("jobs.shutdown().await");
    let mut jobs = JoinSet::new();
    jobs.spawn(job(start));
    wait(50).await;
    // ANCHOR: shutdown
    jobs.shutdown().await;
    say(start, "shutdown() has returned");
    // ANCHOR_END: shutdown
}

fn of(ended: &Result<(), tokio::task::JoinError>) -> &'static str {
    match ended {
        Ok(()) => "we get Ok",
        Err(error) if error.is_cancelled() => "we get Err, and is_cancelled() is true",
        Err(_) => "we get Err",
    }
}

fn scene(name: &str) -> Instant {
    println!("{name}");
    Instant::now()
}

fn say(start: Instant, what: &str) {
    println!("  {:3} ms  {what}", start.elapsed().as_millis());
}

async fn wait(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}
