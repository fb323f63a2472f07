//! error: future cannot be sent between threads safely
//!
//! The lock is free at the `.await`, but the compiler keeps the guard's place in the future
//! until the end of its scope.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

async fn count(hits: Arc<Mutex<u64>>) {
    let mut guard = hits.lock().unwrap();
    *guard += 1;
    drop(guard);
    sleep(Duration::from_millis(1)).await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(count(Arc::default()));
}
