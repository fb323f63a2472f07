//! error: future cannot be sent between threads safely
//!
//! A guard that is alive at an `.await` is stored in the future, and a std guard must not
//! leave its thread.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

async fn count(hits: Arc<Mutex<u64>>) {
    let mut guard = hits.lock().unwrap();
    sleep(Duration::from_millis(1)).await;
    *guard += 1;
}

#[tokio::main]
async fn main() {
    tokio::spawn(count(Arc::default()));
}
