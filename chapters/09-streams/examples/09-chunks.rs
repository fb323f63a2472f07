//! One item alone, five at once, one alone, five at once: three ways to take them in groups.
//!
//! ```console
//! $ cargo run --example 09-chunks
//! ```

use std::pin::pin;
use std::time::Duration;

use async_stream::stream;
// Of the two traits by this name we import one, and call the other by its full path.
use futures::stream::{Stream, StreamExt};
use tokio::time::{Instant, sleep};

fn items() -> impl Stream<Item = u32> {
    stream! {
        for n in 1..=12 {
            if n % 6 != 1 {
                yield n;
            } else {
                sleep(Duration::from_millis(500)).await;
                yield n;
                sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn show(name: &str, groups: impl Stream<Item = Vec<u32>>) {
    let start = Instant::now();
    let mut groups = pin!(groups);
    println!("{name}");
    while let Some(group) = groups.next().await {
        println!("  {:4} ms  {group:?}", start.elapsed().as_millis());
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: chunks
    show("chunks(4): waits until there are four", items().chunks(4)).await;

    let chunks =
        tokio_stream::StreamExt::chunks_timeout(items(), 4, Duration::from_millis(200));
    show("chunks_timeout(4, 200 ms): waits, but not forever", chunks).await;

    show("ready_chunks(4): never waits for more", items().ready_chunks(4)).await;
    // ANCHOR_END: chunks
}
