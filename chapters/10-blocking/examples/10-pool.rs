//! What the runtime's numbers do: threads of the blocking pool, their line, and their end.
//!
//! ```console
//! $ cargo run --example 10-pool
//! ```

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

fn main() -> io::Result<()> {
    five_jobs(2)?;
    five_jobs(512)?;
    two_jobs(Duration::from_secs(3600))?;
    two_jobs(Duration::ZERO)?;
    the_end()
}

// ANCHOR: jobs
/// Five jobs that take until we say so. How many have begun by then?
fn five_jobs(threads: usize) -> io::Result<()> {
    let runtime = Builder::new_current_thread().max_blocking_threads(threads).build()?;
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let ended = Arc::new(std::sync::Mutex::new(ended));
    for job in 1..=5 {
        let (begin, ended) = (begin.clone(), ended.clone());
        runtime.spawn_blocking(move || {
            let _ = begin.send(job);
            let _ = ended.lock().map(|ended| ended.recv()); // until `end` is dropped
        });
    }
    let first: Vec<i32> = begun.iter().take(threads.min(5)).collect();
    println!(
        "{threads} threads, 5 jobs: {} have begun, {} wait",
        first.len(),
        5 - first.len()
    );
    drop(end);
    Ok(())
}
// ANCHOR_END: jobs

// ANCHOR: keep
/// Two jobs, one after the other, with time in between for an idle thread to end, if it will.
fn two_jobs(keep_alive: Duration) -> io::Result<()> {
    let started = Arc::new(AtomicUsize::new(0));
    let (stop, stopped) = mpsc::channel();
    let count = started.clone();
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .thread_keep_alive(keep_alive)
        .on_thread_start(move || {
            count.fetch_add(1, SeqCst);
        })
        .on_thread_stop(move || {
            let _ = stop.send(());
        })
        .build()?;
    for _ in 0..2 {
        runtime.block_on(async { spawn_blocking(|| ()).await })?;
        if keep_alive.is_zero() {
            let _ = stopped.recv();
        }
    }
    println!(
        "kept for {keep_alive:?}, 2 jobs in a row: threads started: {}",
        started.load(SeqCst)
    );
    Ok(())
}
// ANCHOR_END: keep

// ANCHOR: end
/// One job is running, another waits in line, and the runtime goes away.
fn the_end() -> io::Result<()> {
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build()?;
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let tell_too = tell.clone();
    runtime.spawn_blocking(move || {
        let _ = begin.send(());
        let _ = ended.recv();
        let _ = tell.send("the job that was running ran to its end");
    });
    runtime.spawn_blocking(move || {
        let _ = tell_too.send("the job that was waiting ran, too");
    });
    let _ = begun.recv();
    runtime.shutdown_background(); // `drop` would wait here, for both
    drop(end);
    for event in told {
        println!("after shutdown_background: {event}");
    }
    Ok(())
}
// ANCHOR_END: end
