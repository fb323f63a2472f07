//! Four callers, two keys, a load that takes 100 ms: how long each way of locking takes.
//!
//! The clock is paused, so the times are exact.
//!
//! ```console
//! $ cargo run --example 03-lock-per-key
//! ```

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, sleep};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let cache = OneLock::default();
    call("one tokio Mutex over the cache", async |key| cache.get(key).await).await;
    let cache = LockPerKey::default();
    call("a std Mutex for the map, a cell per key", async |key| cache.get(key).await)
        .await;
}

/// Asks for two keys, twice each, all at the same time.
async fn call(way: &str, get: impl AsyncFn(&'static str) -> Bytes) {
    println!("{way}");
    let start = Instant::now();
    let ask = async |key| {
        let value = get(key).await;
        println!("  {:>3} ms  {key} is {value:?}", start.elapsed().as_millis());
    };
    tokio::join!(ask("a"), ask("a"), ask("b"), ask("b"));
}

/// The slow part: a file, a query, another server.
async fn load(key: &str) -> Bytes {
    println!("          load {key}");
    sleep(Duration::from_millis(100)).await;
    Bytes::from(format!("value of {key}"))
}

// ANCHOR: one-lock
/// While one key loads, every other key waits.
#[derive(Default)]
struct OneLock(Mutex<HashMap<String, Bytes>>);

impl OneLock {
    async fn get(&self, key: &str) -> Bytes {
        let mut entries = self.0.lock().await;
        if let Some(value) = entries.get(key) {
            return value.clone();
        }
        let value = load(key).await;
        entries.insert(key.to_owned(), value.clone());
        value
    }
}
// ANCHOR_END: one-lock

// ANCHOR: per-key
/// A cell for each key.
#[derive(Default)]
struct LockPerKey(std::sync::Mutex<HashMap<String, Arc<OnceCell<Bytes>>>>);

impl LockPerKey {
    async fn get(&self, key: &str) -> Bytes {
        let cell = self.0.lock().unwrap().entry(key.to_owned()).or_default().clone();
        cell.get_or_init(|| load(key)).await.clone()
    }
}
// ANCHOR_END: per-key
