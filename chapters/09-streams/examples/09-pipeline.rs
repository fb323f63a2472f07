//! Backpressure through a whole pipeline: how far does each part get ahead of a slow consumer?
//!
//! ```console
//! $ cargo run --example 09-pipeline
//! ```

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::PollSender;

static READ: AtomicUsize = AtomicUsize::new(0);
static FETCHED: AtomicUsize = AtomicUsize::new(0);

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: pipeline
    let (sender, receiver) = mpsc::channel(4);

    // One task fetches pages, three at a time.
    let pages = stream::iter(1..)
        .inspect(|_| {
            READ.fetch_add(1, Relaxed);
        })
        .map(fetch)
        .buffered(3);
    tokio::spawn(pages.map(Ok).forward(PollSender::new(sender)));

    // The other stores them, two at a time.
    let mut batches = ReceiverStream::new(receiver).ready_chunks(2);
    let mut stored = 0;
    while let Some(batch) = batches.next().await {
        sleep(Duration::from_secs(1)).await;
        stored += batch.len();
        // ANCHOR_END: pipeline
        let (read, fetched) = (READ.load(Relaxed), FETCHED.load(Relaxed));
        if [2, 20, 200].contains(&stored) {
            println!("stored {stored:3}   fetched {fetched:3}   read {read:3}");
        }
        if stored >= 200 {
            break;
        }
    }
}

async fn fetch(page: u32) -> u32 {
    sleep(Duration::from_millis(10)).await;
    FETCHED.fetch_add(1, Relaxed);
    page
}
