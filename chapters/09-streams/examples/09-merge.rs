//! Two streams as one.
//!
//! ```console
//! $ cargo run --example 09-merge
//! ```

use std::pin::pin;
use std::time::Duration;

use async_stream::stream;
use futures::stream::{self, Stream, StreamExt};
use tokio::time::{Instant, sleep};

// ANCHOR: merge
/// Two items, each after so many seconds.
fn every(seconds: u64, what: &str) -> impl Stream<Item = String> {
    stream! {
        for n in 1..=2 {
            sleep(Duration::from_secs(seconds)).await;
            yield format!("{what} {n}");
        }
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let mut both = pin!(stream::select(every(2, "news"), every(5, "sport")));
    while let Some(item) = both.next().await {
        println!("{item} at {:?}", start.elapsed());
    }
}
// ANCHOR_END: merge
