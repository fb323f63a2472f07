//! What it costs to wait: threads that wait for a message against tasks that do.
//!
//! ```console
//! $ cargo run --release --example 01-waiting-measured
//! ```
//!
//! Memory and threads are read from `/proc/self/status`, so they show on Linux only.

use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use tokio::sync::watch;
use tokio::task::JoinSet;

const THREADS: usize = 2_000;
const TASKS: usize = 200_000;

fn main() -> io::Result<()> {
    println!("{:32}{:>9}{:>13}{:>10}", "waiting", "threads", "memory each", "started");
    tasks()?;
    threads()
}

#[tokio::main(flavor = "current_thread")]
async fn tasks() -> io::Result<()> {
    let (go, _) = watch::channel(());
    let (before, start) = (Status::read(), Instant::now());
    let mut waiting: JoinSet<_> = (0..TASKS)
        .map(|_| {
            let mut gone = go.subscribe();
            async move { gone.changed().await }
        })
        .collect();
    tokio::task::yield_now().await; // every task runs up to its `.await`
    row("tasks", TASKS, before, start.elapsed());
    drop(go);
    while waiting.join_next().await.is_some() {}
    Ok(())
}

fn threads() -> io::Result<()> {
    let (before, start) = (Status::read(), Instant::now());
    let (up, is_up) = mpsc::channel();
    let mut waiting = Vec::new();
    for _ in 0..THREADS {
        let (go, gone) = mpsc::channel::<()>();
        let up = up.clone();
        let thread = thread::Builder::new().spawn(move || {
            let _ = up.send(());
            let _ = gone.recv();
        })?;
        waiting.push((go, thread));
    }
    is_up.iter().take(THREADS).count();
    row("threads", THREADS, before, start.elapsed());
    for (go, thread) in waiting {
        drop(go);
        thread.join().expect("cannot panic");
    }
    Ok(())
}

fn row(what: &str, count: usize, before: Option<Status>, took: Duration) {
    let (mut threads, mut memory) = ("?".to_owned(), "?".to_owned());
    if let (Some(before), Some(now)) = (before, Status::read()) {
        let bytes = now.resident.saturating_sub(before.resident) * 1024;
        threads = now.threads.to_string();
        memory = format!("{} bytes", bytes / count as u64);
    }
    let what = format!("{count} {what}");
    println!("{what:32}{threads:>9}{memory:>13}{:>7} ms", took.as_millis());
}

/// What Linux says about this process.
struct Status {
    threads: u64,
    /// Memory in use, in KiB, without what is only reserved.
    resident: u64,
}

impl Status {
    fn read() -> Option<Status> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let number = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        Some(Status { threads: number("Threads:")?, resident: number("VmRSS:")? })
    }
}
