//! error: future cannot be sent between threads safely
//!
//! The guard in the head of a `while let` has no name, and lives to the end of the body.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

async fn work(jobs: Arc<Mutex<VecDeque<Duration>>>) {
    while let Some(job) = jobs.lock().unwrap().pop_front() {
        sleep(job).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(work(Arc::default()));
}
