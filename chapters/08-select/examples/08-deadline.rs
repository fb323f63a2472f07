//! A loop that collects readings is meant to end after 100 ms. Three ways to write that.
//!
//! ```console
//! $ cargo run --example 08-deadline
//! ```

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, interval, sleep, timeout};

const LIMIT: Duration = Duration::from_millis(100);
const EVERY: Duration = Duration::from_millis(30);

// ANCHOR: collect
async fn collect(readings: &mut u32) {
    let mut sensor = interval(EVERY);
    loop {
        tokio::select! {
            _ = sleep(LIMIT) => break,
            _ = sensor.tick() => *readings += 1,
        }
    }
}
// ANCHOR_END: collect

// ANCHOR: pinned
async fn collect_pinned(readings: &mut u32) {
    let mut sensor = interval(EVERY);
    let mut deadline = pin!(sleep(LIMIT));
    loop {
        tokio::select! {
            _ = &mut deadline => break,
            _ = sensor.tick() => *readings += 1,
        }
    }
}
// ANCHOR_END: pinned

/// Ends after 100 ms without a reading: here, the clock is meant to start over.
async fn quiet(readings: &mut u32) {
    let mut sensor = interval(EVERY);
    let mut deadline = pin!(sleep(LIMIT));
    loop {
        tokio::select! {
            _ = &mut deadline => break,
            _ = sensor.tick(), if *readings < 5 => {
                *readings += 1;
                deadline.as_mut().reset(Instant::now() + LIMIT);
            }
        }
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    report("sleep in the loop", collect).await;
    report("sleep outside the loop", collect_pinned).await;
    report("reset by each of 5 readings", quiet).await;
}

async fn report(name: &str, run: impl AsyncFnOnce(&mut u32)) {
    let (begun, mut readings) = (Instant::now(), 0);
    let end = match timeout(Duration::from_secs(60), run(&mut readings)).await {
        Ok(()) => format!("ended after {} ms", begun.elapsed().as_millis()),
        Err(_) => "still running after a minute".into(),
    };
    println!("{name:<28} {end}, with {readings} readings");
}
