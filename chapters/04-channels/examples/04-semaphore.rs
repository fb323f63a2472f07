//! `Semaphore`: permits, and how long one is held.
//!
//! ```console
//! $ cargo run --example 04-semaphore
//! ```
//!
//! Nine jobs take 100 ms each, and three may run at a time. Here are three ways to write
//! that. The clock is paused, so the times are exact.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// A job that counts how many are running.
#[derive(Clone, Default)]
struct Job {
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Job {
    async fn run(self) {
        let running = self.running.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(running, SeqCst);
        sleep(Duration::from_millis(100)).await;
        self.running.fetch_sub(1, SeqCst);
    }
}

async fn acquired_in_the_task(job: Job) {
    let limit = Arc::new(Semaphore::new(3));
    let mut tasks = JoinSet::new();
    for _ in 0..9 {
        let (limit, job) = (limit.clone(), job.clone());
        tasks.spawn(async move {
            let _ = limit.acquire().await;
            job.run().await;
        });
    }
    tasks.join_all().await;
}

async fn acquired_in_the_loop(job: Job) {
    let limit = Arc::new(Semaphore::new(3));
    let mut tasks = JoinSet::new();
    // ANCHOR: second
    for _ in 0..9 {
        let _permit = limit.acquire().await.expect("it is never closed");
        tasks.spawn(job.clone().run());
    }
    // ANCHOR_END: second
    tasks.join_all().await;
}

async fn moved_into_the_task(job: Job) {
    // ANCHOR: in-the-task
    let limit = Arc::new(Semaphore::new(3));
    let mut tasks = JoinSet::new();
    for _ in 0..9 {
        let permit = limit.clone().acquire_owned().await.expect("it is never closed");
        let job = job.clone();
        tasks.spawn(async move {
            job.run().await;
            drop(permit);
        });
    }
    // ANCHOR_END: in-the-task
    tasks.join_all().await;
}

async fn row<F: Future>(name: &str, way: impl FnOnce(Job) -> F) {
    let (job, start) = (Job::default(), Instant::now());
    way(job.clone()).await;
    let (most, took) = (job.most.load(SeqCst), start.elapsed().as_millis());
    println!("{name:24} {most} at a time, {took} ms");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    row("moved into the task", moved_into_the_task).await;
    row("_permit in the loop", acquired_in_the_loop).await;
    row("let _ = in the task", acquired_in_the_task).await;
}
