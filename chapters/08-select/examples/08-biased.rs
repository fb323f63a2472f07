//! A queue that always has a message ready, and a request to stop that was made before
//! the loop begins.
//!
//! ```console
//! $ cargo run --example 08-biased
//! ```

use tokio::sync::{mpsc, watch};

const MESSAGES: usize = 5000;

// ANCHOR: queue_first
async fn queue_first(
    mut queue: mpsc::Receiver<u32>,
    mut stop: watch::Receiver<bool>,
) -> usize {
    let mut handled = 0;
    loop {
        tokio::select! {
            biased;
            Some(_) = queue.recv() => handled += 1,
            _ = stop.changed() => break,
        }
    }
    handled
}
// ANCHOR_END: queue_first

async fn stop_first(
    mut queue: mpsc::Receiver<u32>,
    mut stop: watch::Receiver<bool>,
) -> usize {
    let mut handled = 0;
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => break,
            Some(_) = queue.recv() => handled += 1,
        }
    }
    handled
}

async fn at_random(
    mut queue: mpsc::Receiver<u32>,
    mut stop: watch::Receiver<bool>,
) -> usize {
    let mut handled = 0;
    loop {
        tokio::select! {
            Some(_) = queue.recv() => handled += 1,
            _ = stop.changed() => break,
        }
    }
    handled
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("biased, queue first:  {} of {MESSAGES} handled", run(queue_first).await);
    println!("biased, stop first:   {} of {MESSAGES} handled", run(stop_first).await);
    // Half of all runs handle none, a quarter handle one, and so on: one on average.
    let mut sum = 0;
    for _ in 0..1000 {
        sum += run(at_random).await;
    }
    let mean = if (500..=1500).contains(&sum) { "about one" } else { "not about one" };
    println!("without `biased`:     {mean}, on average over 1000 runs");
}

async fn run(
    handle: impl AsyncFnOnce(mpsc::Receiver<u32>, watch::Receiver<bool>) -> usize,
) -> usize {
    let (messages, queue) = mpsc::channel(MESSAGES);
    for message in 0.. {
        if messages.try_send(message).is_err() {
            break;
        }
    }
    let (stop, stopped) = watch::channel(false);
    stop.send_replace(true);
    handle(queue, stopped).await
}
