//! What a turn of a loop costs that takes a message which is there: with `select!` and without.
//!
//! ```console
//! $ cargo run --release --example 08-select-measured
//! ```
//!
//! The ways take turns in one run, so what else the machine does meets all of them.

use std::pin::pin;
use std::time::{Duration, Instant};

use select::Shutdown;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, watch};

const MESSAGES: usize = 100_000;
const ROUNDS: usize = 11;

type Queue = mpsc::Receiver<usize>;

// ANCHOR: ways
async fn alone(mut queue: Queue, _: Shutdown) -> usize {
    let mut sum = 0;
    while let Some(message) = queue.recv().await {
        sum += message;
    }
    sum
}

async fn at_random(mut queue: Queue, mut shutdown: Shutdown) -> usize {
    let mut sum = 0;
    loop {
        tokio::select! {
            () = shutdown.recv() => return 0,
            message = queue.recv() => match message {
                Some(message) => sum += message,
                None => return sum,
            },
        }
    }
}

async fn biased(mut queue: Queue, mut shutdown: Shutdown) -> usize {
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            () = shutdown.recv() => return 0,
            message = queue.recv() => match message {
                Some(message) => sum += message,
                None => return sum,
            },
        }
    }
}

async fn pinned(mut queue: Queue, mut shutdown: Shutdown) -> usize {
    let mut shutdown = pin!(shutdown.recv());
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return 0,
            message = queue.recv() => match message {
                Some(message) => sum += message,
                None => return sum,
            },
        }
    }
}
// ANCHOR_END: ways

fn main() {
    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        times[0].push(time(alone));
        times[1].push(time(at_random));
        times[2].push(time(biased));
        times[3].push(time(pinned));
    }
    let names = [
        "`recv` alone",
        "`select!`, shutdown or `recv`",
        "the same, `biased`",
        "the same, shutdown pinned outside",
    ];
    for (name, times) in names.iter().zip(&mut times) {
        times.sort();
        let each = times[times.len() / 2].as_nanos() as f64 / MESSAGES as f64;
        println!("{name:<36}{each:>6.0} ns a message");
    }
}

fn time(handle: impl AsyncFnOnce(Queue, Shutdown) -> usize) -> Duration {
    let runtime = Builder::new_current_thread().build().expect("a runtime can be built");
    runtime.block_on(async {
        let (messages, queue) = mpsc::channel(MESSAGES);
        for message in 0..MESSAGES {
            messages.try_send(message).expect("there is room for all");
        }
        drop(messages);
        let (_stop, shutdown) = watch::channel(false);
        let start = Instant::now();
        assert_eq!(handle(queue, shutdown.into()).await, MESSAGES * (MESSAGES - 1) / 2);
        start.elapsed()
    })
}
