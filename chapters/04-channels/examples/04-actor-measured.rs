//! A counter behind a lock and a counter in a task of its own: what one addition costs. And
//! for comparison, a request to a server on this machine.
//!
//! ```console
//! $ cargo run --release --example 04-actor-measured
//! ```
//!
//! The ways take turns in one run, so what else the machine does meets all of them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

const ADDITIONS: u64 = 100_000;
const REQUESTS: u64 = 5_000;
const ROUNDS: usize = 11;

// ANCHOR: counters
/// Each caller locks, adds, and unlocks.
async fn locked(callers: u64) -> u64 {
    let counter = Arc::new(Mutex::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let counter = counter.clone();
        tasks.spawn(async move {
            for _ in 0..ADDITIONS / callers {
                *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                tokio::task::consume_budget().await; // as often as a channel would yield
            }
        });
    }
    tasks.join_all().await;
    *counter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Each caller sends a request, and waits for the answer.
async fn asked(callers: u64) -> u64 {
    let (commands, mut queue) = mpsc::channel::<oneshot::Sender<u64>>(32);
    let manager = tokio::spawn(async move {
        let mut counter = 0;
        while let Some(reply) = queue.recv().await {
            counter += 1;
            let _ = reply.send(counter);
        }
        counter
    });
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let commands = commands.clone();
        tasks.spawn(async move {
            for _ in 0..ADDITIONS / callers {
                let (reply, answer) = oneshot::channel();
                let _ = commands.send(reply).await;
                let _ = answer.await;
            }
        });
    }
    drop(commands);
    tasks.join_all().await;
    manager.await.expect("the manager does not panic")
}
// ANCHOR_END: counters

/// A caller sends a byte to a server in another task, and reads one back.
async fn over_a_socket() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    let server = tokio::spawn(async move {
        let mut byte = [0];
        while server.read_exact(&mut byte).await.is_ok() {
            server.write_all(&byte).await?;
        }
        Ok(())
    });
    let caller = tokio::spawn(async move {
        for _ in 0..REQUESTS {
            client.write_all(b"?").await?;
            client.read_exact(&mut [0]).await?;
        }
        Ok::<_, io::Error>(())
    });
    caller.await??;
    server.await?
}

fn main() -> io::Result<()> {
    let one = Builder::new_current_thread().enable_all().build()?;
    let many = Runtime::new()?;
    let threads = many.metrics().num_workers();
    println!(
        "{:26}{:>12}{:>12}{:>10}{:>12}",
        "", "std Mutex", "manager", "ratio", "socket"
    );
    row("1 caller, 1 thread", &one, 1)?;
    row("50 callers, 1 thread", &one, 50)?;
    row(&format!("1 caller, {threads} threads"), &many, 1)?;
    row(&format!("50 callers, {threads} threads"), &many, 50)
}

fn row(what: &str, runtime: &Runtime, callers: u64) -> io::Result<()> {
    let (mut locks, mut asks, mut sockets) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        assert_eq!(runtime.block_on(locked(callers)), ADDITIONS);
        locks.push(start.elapsed());
        let start = Instant::now();
        assert_eq!(runtime.block_on(asked(callers)), ADDITIONS);
        asks.push(start.elapsed());
        if callers == 1 {
            let start = Instant::now();
            runtime.block_on(over_a_socket())?;
            sockets.push(start.elapsed());
        }
    }
    let (lock, ask) = (each(&mut locks, ADDITIONS), each(&mut asks, ADDITIONS));
    print!("{what:26}{lock:>9.0} ns{ask:>9.0} ns{:>8.0} x", ask / lock);
    match callers {
        1 => println!("{:>9.0} ns", each(&mut sockets, REQUESTS)),
        _ => println!(),
    }
    Ok(())
}

/// The median of the rounds, in nanoseconds for one of `count`.
fn each(times: &mut [Duration], count: u64) -> f64 {
    times.sort();
    times[times.len() / 2].as_nanos() as f64 / count as f64
}
