//! error: E0382
//!
//! A branch takes its future by value: the second round of the loop has none.

use std::time::Duration;

use tokio::time::{Interval, sleep};

async fn until_the_deadline(mut sensor: Interval) {
    let deadline = sleep(Duration::from_millis(100));
    loop {
        tokio::select! {
            () = deadline => break,
            _ = sensor.tick() => {}
        }
    }
}

fn main() {
    let _ = until_the_deadline;
}
