//! What runs while a stream's consumer is busy?
//!
//! ```console
//! $ cargo run --example 09-busy-consumer
//! ```
//!
//! Four fetches, at most four at a time. Fetch `n` waits `n` times for 20 ms. The loop takes 100 ms
//! for each page.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::poll_fn;
use futures::stream::{self, Stream, StreamExt};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, sleep};

const STEP: Duration = Duration::from_millis(20);
const WORK: Duration = Duration::from_millis(100);

// ANCHOR: consume
async fn consume(pages: impl Stream<Item = u32>, log: &Log) {
    let mut pages = pin!(pages);
    while let Some(page) = pages.next().await {
        let from = log.now();
        sleep(WORK).await;
        println!("  the loop works on page {page} from {from:3} to {:3} ms", log.now());
    }
}
// ANCHOR_END: consume

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let tasks = LocalSet::new();

    println!("buffered(4) over futures: nobody else polls them");
    let log = Log::new();
    // ANCHOR: futures
    let pages = stream::iter(1..=4).map(|n| fetch(n, log.clone())).buffered(4);
    // ANCHOR_END: futures
    tasks.run_until(consume(pages, &log)).await;
    log.print();

    println!("\nbuffered(4) over tasks: the runtime polls them");
    let log = Log::new();
    // ANCHOR: tasks
    let pages = stream::iter(1..=4)
        .map(|n| spawn_local(fetch(n, log.clone())))
        .buffered(4)
        .map(|page| page.expect("a fetch does not panic"));
    // ANCHOR_END: tasks
    tasks.run_until(consume(pages, &log)).await;
    log.print();
}

/// A fetch of a page in so many steps, which writes down when it is polled.
async fn fetch(n: u32, log: Log) -> u32 {
    let mut steps = pin!(async {
        for _ in 0..n {
            sleep(STEP).await;
        }
    });
    poll_fn(|cx| {
        log.polled(n);
        steps.as_mut().poll(cx)
    })
    .await;
    n
}

/// When each fetch was polled.
#[derive(Clone)]
struct Log {
    start: Instant,
    polls: Rc<RefCell<BTreeMap<u32, Vec<u128>>>>,
}

impl Log {
    fn new() -> Log {
        Log { start: Instant::now(), polls: Rc::default() }
    }

    fn now(&self) -> u128 {
        self.start.elapsed().as_millis()
    }

    fn polled(&self, n: u32) {
        self.polls.borrow_mut().entry(n).or_default().push(self.now());
    }

    fn print(&self) {
        for (n, polls) in self.polls.borrow().iter() {
            let done = polls.last().copied().unwrap_or_default();
            let late = done - STEP.as_millis() * u128::from(*n);
            let polls: Vec<_> = polls.iter().map(|at| format!("{at:3}")).collect();
            println!(
                "  fetch {n} polled at {:23} done {late:3} ms late",
                polls.join(", ")
            );
        }
    }
}
