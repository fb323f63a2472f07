//! A std guard held across an `.await` stops the whole thread, and three ways out.
//!
//! Two futures share one thread and one lock. Each way is run on a thread of its own,
//! so that the program can report the deadlock and end, although that thread never does.
//!
//! ```console
//! $ cargo run --example 03-guard-across-await
//! ```

use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

fn main() {
    let (short, long) = (Duration::from_secs(1), Duration::from_secs(60));
    try_it("a std guard across the await", short, || run(with_std_mutex));
    try_it("way out 1: the guard ends before the await", long, || run(let_go_first));
    try_it("way out 2: tokio's Mutex, held across the await", long, || run(tokio_mutex));
    try_it("way out 3: one task owns the value", long, || run(one_owner));
}

/// Runs one way on its own thread. A deadlock lasts forever, so any time limit will do. The
/// ways out end by themselves, and get more time than even a busy machine needs.
fn try_it(what: &str, limit: Duration, run: fn() -> u64) {
    println!("{what}");
    let (done, wait) = channel();
    thread::spawn(move || done.send(run()));
    match wait.recv_timeout(limit) {
        Ok(total) => println!("  both futures finished, the total is {total}\n"),
        Err(RecvTimeoutError::Timeout) => println!("  the thread is stuck, for good\n"),
        Err(RecvTimeoutError::Disconnected) => println!("  it panicked\n"),
    }
}

/// A runtime with one thread, the current one.
fn run<F: Future>(way: impl FnOnce() -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("the system can give us a runtime").block_on(way())
}

/// The slow part, such as a call to another server: other futures get their turn.
async fn slow(who: &str) {
    println!("  {who} waits for something slow");
    yield_now().await;
    println!("  {who} goes on");
}

#[expect(clippy::await_holding_lock, reason = "the mistake on show")]
// ANCHOR: two-futures
async fn with_std_mutex() -> u64 {
    let total = Mutex::new(0);
    let add = async |who| {
        println!("  {who} asks for the lock");
        let mut guard = total.lock().unwrap();
        println!("  {who} has it");
        slow(who).await;
        *guard += 1;
    };
    tokio::join!(add("first"), add("second"));
    total.into_inner().unwrap()
}
// ANCHOR_END: two-futures

// ANCHOR: let-go
async fn let_go_first() -> u64 {
    let total = Mutex::new(0);
    let add = async |who| {
        slow(who).await;
        *total.lock().unwrap() += 1;
    };
    tokio::join!(add("first"), add("second"));
    total.into_inner().unwrap()
}
// ANCHOR_END: let-go

// ANCHOR: tokio-mutex
async fn tokio_mutex() -> u64 {
    let total = tokio::sync::Mutex::new(0);
    let add = async |who| {
        let mut guard = total.lock().await;
        slow(who).await;
        *guard += 1;
    };
    tokio::join!(add("first"), add("second"));
    total.into_inner()
}
// ANCHOR_END: tokio-mutex

// ANCHOR: one-owner
async fn one_owner() -> u64 {
    let (add, mut requests) = mpsc::channel::<oneshot::Sender<u64>>(8);
    let owner = tokio::spawn(async move {
        let mut total = 0;
        while let Some(reply) = requests.recv().await {
            slow("the owner").await;
            total += 1;
            // An error means that nobody is waiting for the reply.
            let _ = reply.send(total);
        }
        total
    });
    let ask = async || {
        let (reply, answer) = oneshot::channel();
        add.send(reply).await.expect("the owner listens as long as `add` lives");
        answer.await.expect("the owner answers every request")
    };
    tokio::join!(ask(), ask());
    drop(add);
    owner.await.expect("the owner does not panic")
}
// ANCHOR_END: one-owner
