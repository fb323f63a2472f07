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
struct Notes {
    running: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
    tasks: Arc<Mutex<HashSet<Option<task::Id>>>>,
}

async fn job(notes: Notes) {
    notes.peak.fetch_max(notes.running.fetch_add(1, Relaxed) + 1, Relaxed);
    notes.tasks.lock().expect("no job panics").insert(task::try_id());
    sleep(Duration::from_millis(100)).await;
    notes.running.fetch_sub(1, Relaxed);
}

async fn await_each(notes: &Notes) {
    for _ in 0..3 {
        job(notes.clone()).await;
    }
}

async fn join(notes: &Notes) {
    tokio::join!(job(notes.clone()), job(notes.clone()), job(notes.clone()));
}

// ANCHOR: ways
async fn spawn_then_await(notes: &Notes) -> Result<(), task::JoinError> {
    for _ in 0..3 {
        tokio::spawn(job(notes.clone())).await?;
    }
    Ok(())
}

async fn spawn_all_then_await(notes: &Notes) -> Result<(), task::JoinError> {
    let handles: Vec<_> = (0..3).map(|_| tokio::spawn(job(notes.clone()))).collect();
    for handle in handles {
        handle.await?;
    }
    Ok(())
}

async fn join_set(notes: &Notes) -> Result<(), task::JoinError> {
    let mut jobs: JoinSet<()> = (0..3).map(|_| job(notes.clone())).collect();
    while let Some(ended) = jobs.join_next().await {
        ended?;
    }
    Ok(())
}
// ANCHOR_END: ways

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), task::JoinError> {
    println!("{:24}{:>8}{:>8}{:>9}", "", "time", "tasks", "at once");

    let (notes, start) = (Notes::default(), Instant::now());
    await_each(&notes).await;
    row("job().await, 3 times", &notes, start);

    let (notes, start) = (Notes::default(), Instant::now());
    join(&notes).await;
    row("join!", &notes, start);

    let (notes, start) = (Notes::default(), Instant::now());
    spawn_then_await(&notes).await?;
    row("spawn().await, 3 times", &notes, start);

    let (notes, start) = (Notes::default(), Instant::now());
    spawn_all_then_await(&notes).await?;
    row("spawn all, then await", &notes, start);

    let (notes, start) = (Notes::default(), Instant::now());
    join_set(&notes).await?;
    row("JoinSet", &notes, start);
    Ok(())
}

fn row(way: &str, notes: &Notes, start: Instant) {
    let tasks = notes.tasks.lock().expect("no job panics");
    // The future that `block_on` runs has no task id.
    let spawned = tasks.iter().flatten().count();
    let (time, peak) = (start.elapsed().as_millis(), notes.peak.load(Relaxed));
    println!("{way:24}{time:>5} ms{spawned:>8}{peak:>9}");
}
