//! What a task costs: the time to start one and wait for its end, and the memory it takes
//! while it waits.
//!
//! ```console
//! $ cargo run --release --example 02-task-cost-measured
//! ```
//!
//! Memory is read from `/proc/self/status`, so it shows on Linux only.

use std::future::{Future, pending};
use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{fs, thread};

use mini_redis::{Connection, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The fastest of so many rounds counts: the others had more of other programs in them.
const ROUNDS: u32 = 7;
const TASKS: u32 = 20_000;
const THREADS: u32 = 2_000;

fn main() -> Result<()> {
    println!("start it, wait for its end:");
    fastest("task, one thread for all", TASKS, start_tasks)?;
    fastest("task, several workers", TASKS, start_tasks_on_workers)?;
    fastest("thread", THREADS, start_threads)?;
    memory()
}

#[tokio::main(flavor = "current_thread")]
async fn start_tasks(count: u32) -> Result<Duration> {
    let start = Instant::now();
    for n in 0..count {
        tokio::spawn(async move { black_box(n) }).await?;
    }
    Ok(start.elapsed())
}

#[tokio::main]
async fn start_tasks_on_workers(count: u32) -> Result<Duration> {
    let start = Instant::now();
    for n in 0..count {
        tokio::spawn(async move { black_box(n) }).await?;
    }
    Ok(start.elapsed())
}

fn start_threads(count: u32) -> Result<Duration> {
    let start = Instant::now();
    for n in 0..count {
        thread::spawn(move || black_box(n)).join().expect("cannot panic");
    }
    Ok(start.elapsed())
}

#[tokio::main(flavor = "current_thread")]
async fn memory() -> Result<()> {
    println!("\nmemory while it waits: {:>13}{:>10}", "its future", "in all");

    let waits = || pending::<()>();
    room("nothing but an `.await`", hold(100_000, waits).await);

    let buffer_before = || async {
        black_box([1_u8; 1024]);
        pending::<()>().await;
    };
    room("1 KiB used up before it", hold(100_000, buffer_before).await);

    let buffer_across = || async {
        let buffer = black_box([1_u8; 1024]);
        pending::<()>().await;
        black_box(&buffer);
    };
    room("1 KiB needed after it", hold(100_000, buffer_across).await);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (mut clients, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        clients.push(TcpStream::connect(listener.local_addr()?).await?);
        servers.push(listener.accept().await?.0);
    }
    let mut servers = servers.into_iter();
    let connection = || {
        let mut connection = Connection::new(servers.next().expect("one for each task"));
        async move { connection.read_frame().await.is_ok() }
    };
    room("a `Connection` reads", hold(400, connection).await);
    Ok(())
}

/// Starts that many tasks, which then wait until the runtime ends. Returns the size of
/// one future, and how much memory a task has taken.
async fn hold<F>(count: usize, mut future: impl FnMut() -> F) -> (usize, Option<u64>)
where
    F: Future<Output: Send> + Send + 'static,
{
    let before = resident();
    let mut size = 0;
    for _ in 0..count {
        let future = future();
        size = size_of_val(&future);
        let _detached: JoinHandle<_> = tokio::spawn(future);
    }
    tokio::task::yield_now().await; // every task runs up to its `.await`
    let taken = before.zip(resident());
    (size, taken.map(|(before, now)| now.saturating_sub(before) / count as u64))
}

/// The memory that this process has in use, in bytes.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

fn fastest(what: &str, count: u32, round: fn(u32) -> Result<Duration>) -> Result<()> {
    let mut took = Duration::MAX;
    for _ in 0..ROUNDS {
        took = took.min(round(count)?);
    }
    println!("  {what:26}{:>8} ns", (took / count).as_nanos());
    Ok(())
}

fn room(what: &str, (future, task): (usize, Option<u64>)) {
    let task = task.map_or("?".into(), |bytes| bytes.to_string());
    println!("  {what:26}{future:>8} B{task:>8} B");
}
