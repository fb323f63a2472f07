//! One job fails after 5 ms, the other needs 100 ms. When does the caller learn of the
//! failure, and how many tasks are left then?
//!
//! ```console
//! $ cargo run --example 02-first-error
//! ```
//!
//! The clock is paused: it jumps to the next timer once every task waits.

use std::fmt::Debug;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet, yield_now};
use tokio::time::{Instant, sleep};
use tokio::{join, spawn, try_join};

type Error = Box<dyn std::error::Error + Send + Sync>;

async fn fails() -> Result<u32, Error> {
    sleep(Duration::from_millis(5)).await;
    Err("no such page".into())
}

async fn works() -> Result<u32, Error> {
    sleep(Duration::from_millis(100)).await;
    Ok(7)
}

// ANCHOR: set
async fn first_error_of_a_set() -> Result<u32, Error> {
    let mut jobs = JoinSet::new();
    jobs.spawn(fails());
    jobs.spawn(works());
    let mut sum = 0;
    while let Some(ended) = jobs.join_next().await {
        sum += ended??; // an error leaves the function, and drops `jobs`
    }
    Ok(sum)
}
// ANCHOR_END: set

// ANCHOR: flatten
async fn flatten<T>(handle: JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    handle.await?
}
// ANCHOR_END: flatten

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("{:21}{:>7}{:>5}", "", "time", "left");
    // ANCHOR: ways
    row("join!(futures)", async { join!(fails(), works()) }).await;
    row("try_join!(futures)", async { try_join!(fails(), works()) }).await;
    row("try_join!(handles)", async { try_join!(spawn(fails()), spawn(works())) }).await;
    // ANCHOR_END: ways
    // ANCHOR: flattened
    let (failing, working) = (flatten(spawn(fails())), flatten(spawn(works())));
    row("try_join!(flattened)", async { try_join!(failing, working) }).await;
    // ANCHOR_END: flattened
    row("JoinSet and ??", first_error_of_a_set()).await;
}

/// Runs one way, and prints when it ended, what is left, and what came out.
async fn row<F: Future<Output: Debug>>(way: &str, future: F) {
    let start = Instant::now();
    let ended = future.await;
    let time = start.elapsed().as_millis();
    yield_now().await; // an aborted task ends when the runtime turns to it
    let tasks = Handle::current().metrics().num_alive_tasks();
    println!("{way:21}{time:4} ms{tasks:5}   {ended:?}");
    sleep(Duration::from_secs(1)).await; // and now to a clean table
}
