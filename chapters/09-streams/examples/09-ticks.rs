//! A consumer that is held up once, and the ticks it has missed.
//!
//! ```console
//! $ cargo run --example 09-ticks
//! ```

use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_stream::wrappers::IntervalStream;

// ANCHOR: ticks
async fn ticks(behavior: MissedTickBehavior) {
    let start = Instant::now();
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(behavior);
    let mut ticks = IntervalStream::new(every_second).take(7);

    print!("{:6}", format!("{behavior:?}"));
    while let Some(_tick) = ticks.next().await {
        print!("  {:>4.1}", start.elapsed().as_secs_f32());
        if start.elapsed() == Duration::from_secs(1) {
            sleep(Duration::from_millis(3500)).await; // held up, once
        }
    }
    println!();
}
// ANCHOR_END: ticks

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("seven ticks, one each second; after the second, 3.5 s of other work:");
    ticks(MissedTickBehavior::Burst).await;
    ticks(MissedTickBehavior::Delay).await;
    ticks(MissedTickBehavior::Skip).await;
}
