//! Ten tasks count in one number.
//!
//! ```console
//! $ cargo run --example 03-first
//! ```

// ANCHOR: all
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    let visits = Arc::new(Mutex::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let visits = visits.clone();
        tasks.spawn(async move { *visits.lock().unwrap() += 1 });
    }
    tasks.join_all().await;
    println!("{} visits", visits.lock().unwrap());
}
// ANCHOR_END: all
