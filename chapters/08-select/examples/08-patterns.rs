//! A branch's pattern looks at what its future returned, and by then the value has been
//! taken.
//!
//! ```console
//! $ cargo run --example 08-patterns
//! ```

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

type Reading = Result<u32, &'static str>;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    filter().await;
    both_ended().await;
    // Its panic is shown here, and not where it happens.
    std::panic::set_hook(Box::new(|_| {}));
    if let Err(error) = tokio::spawn(without_else()).await {
        let panic = error.into_panic();
        println!("no else: {}", panic.downcast_ref::<&str>().unwrap_or(&"?"));
    }
}

fn readings(all: &[Reading]) -> mpsc::Receiver<Reading> {
    let (sender, receiver) = mpsc::channel(8);
    for reading in all {
        // Fits: there is room for eight.
        let _ = sender.try_send(*reading);
    }
    tokio::spawn(async move { sender.closed().await });
    receiver
}

// ANCHOR: filter
async fn filter() {
    let mut sensor = readings(&[Ok(1), Ok(2), Err("too hot")]);
    tokio::select! {
        Some(Err(error)) = sensor.recv() => println!("filter: error: {error}"),
        _ = sleep(Duration::from_secs(1)) => {
            println!("filter: no error for a second; {} of 3 readings are left", sensor.len());
        }
    }
}
// ANCHOR_END: filter

/// Two sources, until both have ended.
async fn both_ended() {
    let (a, mut first) = mpsc::channel(4);
    let (b, mut second) = mpsc::channel(4);
    for n in 1..=2 {
        let _ = (a.try_send(n), b.try_send(10 * n));
    }
    drop((a, b));
    let mut sum = 0;
    loop {
        // ANCHOR: else
        tokio::select! {
            Some(n) = first.recv() => sum += n,
            Some(n) = second.recv() => sum += n,
            else => break,
        }
        // ANCHOR_END: else
    }
    println!("else: both have ended, and the sum is {sum}");
}

// ANCHOR: none
/// The same once more, and nobody has thought of the end.
async fn without_else() {
    let (mut first, mut second) = (mpsc::channel::<u32>(1).1, mpsc::channel::<u32>(1).1);
    tokio::select! {
        Some(n) = first.recv() => println!("no else: {n}"),
        Some(n) = second.recv() => println!("no else: {n}"),
    }
}
// ANCHOR_END: none
