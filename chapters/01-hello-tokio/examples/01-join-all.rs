//! As many requests at once as there are keys, all of which borrow one cache.
//!
//! ```console
//! $ cargo run --example 01-join-all
//! ```
//!
//! The clock is Tokio's paused one, so the time is exact.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

/// A cache 100 ms away, which answers with the length of the key.
struct Cache;

impl Cache {
    async fn get(&self, key: &str) -> usize {
        sleep(Duration::from_millis(100)).await;
        key.len()
    }
}

// ANCHOR: all
async fn get_all(cache: &Cache, keys: &[&str]) -> Vec<usize> {
    join_all(keys.iter().map(|key| cache.get(key))).await
}
// ANCHOR_END: all

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    // ANCHOR: call
    let lengths = get_all(&Cache, &["fox", "otter", "elk", "squirrel"]).await;
    // ANCHOR_END: call
    println!("{lengths:?} after {} ms", start.elapsed().as_millis());
}
