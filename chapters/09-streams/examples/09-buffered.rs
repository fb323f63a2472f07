//! Three fetches that take a second each: one after another, and all under way at once.
//!
//! ```console
//! $ cargo run --example 09-buffered
//! ```

use std::time::Duration;

use futures::stream::{self, StreamExt};
use tokio::time::{Instant, sleep};

// ANCHOR: buffered
async fn fetch(page: u32) -> u32 {
    sleep(Duration::from_secs(1)).await;
    page
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let pages: Vec<u32> = stream::iter(1..=3).then(fetch).collect().await;
    println!("then:              {pages:?} after {:?}", start.elapsed());

    let start = Instant::now();
    let pages: Vec<u32> = stream::iter(1..=3).map(fetch).buffered(3).collect().await;
    println!("map and buffered:  {pages:?} after {:?}", start.elapsed());
}
// ANCHOR_END: buffered
