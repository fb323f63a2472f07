//! Ten tasks add 1 each, and every access is locked. The total depends on what comes between.
//!
//! ```console
//! $ cargo run --example 03-check-then-act
//! ```

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

type Count = Arc<Mutex<u64>>;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("read, then write, no await between:  {}", total(no_await).await);
    println!("read, await, write:                  {}", total(await_between).await);
    println!("await, then read and write at once:  {}", total(one_section).await);
}

// ANCHOR: wrong
async fn no_await(count: Count) {
    let seen = *count.lock().unwrap();
    *count.lock().unwrap() = seen + 1;
    ask_another_server().await;
}

async fn await_between(count: Count) {
    let seen = *count.lock().unwrap();
    ask_another_server().await;
    *count.lock().unwrap() = seen + 1;
}
// ANCHOR_END: wrong

// ANCHOR: right
async fn one_section(count: Count) {
    ask_another_server().await;
    *count.lock().unwrap() += 1;
}
// ANCHOR_END: right

/// Ten milliseconds of virtual time: other tasks get their turn.
async fn ask_another_server() {
    sleep(Duration::from_millis(10)).await;
}

/// Lets ten tasks work on one count.
async fn total<F>(work: fn(Count) -> F) -> u64
where
    F: Future<Output = ()> + Send + 'static,
{
    let count = Count::default();
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        tasks.spawn(work(count.clone()));
    }
    tasks.join_all().await;
    *count.lock().unwrap()
}
