//! Two futures race in a `select!`, and a table shows every poll and every drop. Then a
//! loop lets the slow one lose again and again.
//!
//! ```console
//! $ cargo run --example 08-racing
//! ```
//!
//! The clock is paused: times are exact, and nobody waits for them.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    once().await;
    again_and_again().await;
}

// ANCHOR: once
async fn slow() -> &'static str {
    for _ in 0..3 {
        sleep(Duration::from_millis(15)).await;
    }
    "slow"
}

async fn quick() -> &'static str {
    sleep(Duration::from_millis(20)).await;
    "quick"
}

async fn once() {
    let winner = tokio::select! {
        biased; // in this order, so that every run prints the same
        name = traced("slow", slow()) => name,
        name = traced("quick", quick()) => name,
    };
    println!("       {winner} is first");
}
// ANCHOR_END: once

async fn again_and_again() {
    println!("\nin a loop");
    // ANCHOR: again
    for round in 1..=3 {
        tokio::select! {
            biased;
            _ = slow() => println!("round {round}: slow is done"),
            _ = quick() => println!("round {round}: quick is done"),
        }
    }
    // ANCHOR_END: again
}

/// The same future, but every poll prints a line, and so does its drop.
async fn traced<F: Future>(name: &'static str, future: F) -> F::Output {
    let mut traced = Traced { name, began: Instant::now(), polls: 0, done: false };
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        let poll = future.as_mut().poll(cx);
        traced.polls += 1;
        traced.done = poll.is_ready();
        traced.say(if traced.done { "polled, ready" } else { "polled, pending" });
        poll
    })
    .await
}

struct Traced {
    name: &'static str,
    began: Instant,
    polls: u32,
    done: bool,
}

impl Traced {
    fn say(&self, what: &str) {
        println!("{:>3} ms {:<6}{what}", self.began.elapsed().as_millis(), self.name);
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        if !self.done {
            self.say(&format!("dropped after {} polls", self.polls));
        }
    }
}
