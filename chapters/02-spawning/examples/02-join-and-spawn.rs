//! Three jobs of 100 ms: how long they take, in how many tasks, and how many at once.
//!
//! ```console
//! $ cargo run --example 02-join-and-spawn
//! ```
//!
//! The clock is paused: it jumps to the next timer once every task waits.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::{self, JoinSet};
use tokio::time::{Instant, sleep};

/// What the jobs noted about themselves.
#[derive(Clone, Default)]
struct Log {
    running: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
    tasks: Arc<Mutex<HashSet<Option<task::Id>>>>,
}

async fn job(log: Log) {
    log.peak.fetch_max(log.running.fetch_add(1, Relaxed) + 1, Relaxed);
    log.tasks.lock().expect("no job panics").insert(task::try_id());
    sleep(Duration::from_millis(100)).await;
    log.running.fetch_sub(1, Relaxed);
}

// ANCHOR: ways
async fn await_each(log: &Log) {
    for _ in 0..3 {
        job(log.clone()).await;
    }
}

async fn join(log: &Log) {
    tokio::join!(job(log.clone()), job(log.clone()), job(log.clone()));
}

async fn spawn_then_await(log: &Log) -> Result<(), task::JoinError> {
    for _ in 0..3 {
        tokio::spawn(job(log.clone())).await?;
    }
    Ok(())
}

async fn spawn_all_then_await(log: &Log) -> Result<(), task::JoinError> {
    let handles: Vec<_> = (0..3).map(|_| tokio::spawn(job(log.clone()))).collect();
    for handle in handles {
        handle.await?;
    }
    Ok(())
}

async fn join_set(log: &Log) -> Result<(), task::JoinError> {
    let mut jobs: JoinSet<()> = (0..3).map(|_| job(log.clone())).collect();
    while let Some(ended) = jobs.join_next().await {
        ended?;
    }
    Ok(())
}
// ANCHOR_END: ways

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), task::JoinError> {
    println!("{:24}{:>8}{:>8}{:>9}", "", "time", "tasks", "at once");

    let (log, start) = (Log::default(), Instant::now());
    await_each(&log).await;
    row("job().await, 3 times", &log, start);

    let (log, start) = (Log::default(), Instant::now());
    join(&log).await;
    row("join!", &log, start);

    let (log, start) = (Log::default(), Instant::now());
    spawn_then_await(&log).await?;
    row("spawn().await, 3 times", &log, start);

    let (log, start) = (Log::default(), Instant::now());
    spawn_all_then_await(&log).await?;
    row("spawn all, then await", &log, start);

    let (log, start) = (Log::default(), Instant::now());
    join_set(&log).await?;
    row("JoinSet", &log, start);
    Ok(())
}

fn row(way: &str, log: &Log, start: Instant) {
    let tasks = log.tasks.lock().expect("no job panics");
    // The future that `block_on` runs has no task id.
    let spawned = tasks.iter().flatten().count();
    let (time, peak) = (start.elapsed().as_millis(), log.peak.load(Relaxed));
    println!("{way:24}{time:>5} ms{spawned:>8}{peak:>9}");
}
