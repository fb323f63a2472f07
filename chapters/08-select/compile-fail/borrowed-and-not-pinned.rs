//! error: E0277
//!
//! A borrow of a future is a future only if the future cannot be moved any more.

use std::time::Duration;

use tokio::time::{Interval, sleep};

async fn until_the_deadline(mut sensor: Interval) {
    let mut deadline = sleep(Duration::from_millis(100));
    loop {
        tokio::select! {
            () = &mut deadline => break,
            _ = sensor.tick() => {}
        }
    }
}

fn main() {
    let _ = until_the_deadline;
}
