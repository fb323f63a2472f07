//! One job and a ticking clock, in a loop: the job that goes on, the job that is polled
//! once too often, the branch that is switched off, and the job that is begun again.
//!
//! ```console
//! $ cargo run --example 08-resume
//! ```

use std::pin::pin;
use std::time::Duration;

use tokio::time::{interval, sleep};

// ANCHOR: job
/// Three steps of 15 ms each.
async fn job() -> &'static str {
    for _ in 0..3 {
        sleep(Duration::from_millis(15)).await;
    }
    "the job is done"
}
// ANCHOR_END: job

// ANCHOR: resumed
/// The future lives outside the loop, and the branch borrows it.
async fn resumed() {
    let mut ticks = interval(Duration::from_millis(20));
    let mut job = pin!(job());
    let mut seen = 0;
    loop {
        tokio::select! {
            biased;
            words = &mut job => {
                println!("resumed:       {words}, beside {seen} ticks");
                break;
            }
            _ = ticks.tick() => seen += 1,
        }
    }
}
// ANCHOR_END: resumed

// ANCHOR: once_too_often
/// Counts five ticks, whatever the job does.
async fn once_too_often() {
    let mut ticks = interval(Duration::from_millis(20));
    let mut job = pin!(job());
    let mut seen = 0;
    while seen < 5 {
        tokio::select! {
            biased;
            words = &mut job => println!("five ticks:    {words}"),
            _ = ticks.tick() => seen += 1,
        }
    }
}
// ANCHOR_END: once_too_often

// ANCHOR: disabled
/// The same, but the branch is off once its future has returned.
async fn disabled() {
    let mut ticks = interval(Duration::from_millis(20));
    let mut job = pin!(job());
    let (mut seen, mut done) = (0, false);
    while seen < 5 {
        tokio::select! {
            biased;
            // ANCHOR: switch
            words = &mut job, if !done => {
                println!("switched off:  {words}, beside {seen} ticks");
                done = true;
            }
            // ANCHOR_END: switch
            _ = ticks.tick() => seen += 1,
        }
    }
    println!("switched off:  all {seen} ticks seen");
}
// ANCHOR_END: disabled

/// The same, but the job begins again whenever it is done.
async fn restarted() {
    let mut ticks = interval(Duration::from_millis(20));
    let mut running = pin!(job());
    let (mut seen, mut jobs) = (0, 0);
    while seen < 8 {
        tokio::select! {
            biased;
            // ANCHOR: set
            _ = &mut running => {
                jobs += 1;
                running.set(job());
            }
            // ANCHOR_END: set
            _ = ticks.tick() => seen += 1,
        }
    }
    println!("begun again:   {jobs} jobs are done, beside {seen} ticks");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    resumed().await;

    // Its panic is shown here, and not where it happens.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    if let Err(error) = tokio::spawn(once_too_often()).await {
        let panic = error.into_panic();
        println!(
            "five ticks:    panicked: {}",
            panic.downcast_ref::<&str>().unwrap_or(&"?")
        );
    }
    std::panic::set_hook(hook);

    disabled().await;
    restarted().await;
}
