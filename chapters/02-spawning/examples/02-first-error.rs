//! One job fails after 5 ms, the other needs 100 ms. When does the caller learn of the
//! failure, and how many tasks are still running then?
//!
//! ```console
//! $ cargo run --example 02-first-error
//! ```
//!
//! The clock is paused: it jumps to the next timer once every task waits.

use std::fmt::Debug;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

type Error = Box<dyn std::error::Error + Send + Sync>;

async fn fails() -> Result<u32, Error> {
    sleep(Duration::from_millis(5)).await;
    Err("no such page".into())
}

async fn works() -> Result<u32, Error> {
    sleep(Duration::from_millis(100)).await;
    Ok(7)
}

// ANCHOR: ways
/// The error of the job, or of the task it ran in.
async fn flatten<T>(handle: JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    handle.await?
}

async fn first_error_of_a_set() -> Result<u32, Error> {
    let mut jobs = JoinSet::new();
    jobs.spawn(fails());
    jobs.spawn(works());
    let mut sum = 0;
    while let Some(ended) = jobs.join_next().await {
        sum += ended??; // leaves the loop; dropping `jobs` aborts the others
    }
    Ok(sum)
}
// ANCHOR_END: ways

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("{:21}{:>7}{:>5}", "", "time", "left");
    // ANCHOR: macros
    let start = Instant::now();
    let ended = tokio::join!(fails(), works());
    row("join!(futures)", start, &ended).await;

    let start = Instant::now();
    let ended = tokio::try_join!(fails(), works());
    row("try_join!(futures)", start, &ended).await;

    let start = Instant::now();
    let ended = tokio::try_join!(tokio::spawn(fails()), tokio::spawn(works()));
    row("try_join!(handles)", start, &ended).await;

    let start = Instant::now();
    let ended =
        tokio::try_join!(flatten(tokio::spawn(fails())), flatten(tokio::spawn(works())));
    row("try_join!(flattened)", start, &ended).await;
    // ANCHOR_END: macros

    let start = Instant::now();
    let ended = first_error_of_a_set().await;
    row("JoinSet and ??", start, &ended).await;
}

async fn row(way: &str, start: Instant, ended: &impl Debug) {
    let time = start.elapsed().as_millis();
    tokio::task::yield_now().await; // an aborted task ends when the runtime turns to it
    let tasks = Handle::current().metrics().num_alive_tasks();
    println!("{way:21}{time:4} ms{tasks:5}   {ended:?}");
    sleep(Duration::from_secs(1)).await; // and now to a clean table
}
