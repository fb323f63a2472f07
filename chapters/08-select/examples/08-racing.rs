//! Two futures race in a `select!`, and a table shows every poll and every drop. Then a
//! loop lets the slow one lose again and again.
//!
//! ```console
//! $ cargo run --example 08-racing
//! ```
//!
//! The clock is paused: times are exact, and nobody waits for them.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    once().await;
    again_and_again().await;
}

// ANCHOR: once
/// Three steps of 15 ms each.
async fn slow(step: &Cell<u32>) -> &'static str {
    for n in 1..=3 {
        sleep(Duration::from_millis(15)).await;
        step.set(n);
    }
    "slow"
}

async fn quick() -> &'static str {
    sleep(Duration::from_millis(20)).await;
    "quick"
}

async fn once() {
    println!("one select!");
    let step = Cell::new(0);
    let winner = tokio::select! {
        biased; // in this order, so that every run prints the same
        name = traced("slow", slow(&step)) => name,
        name = traced("quick", quick()) => name,
    };
    println!("       {winner} is first; slow has done {} of 3 steps", step.get());
}
// ANCHOR_END: once

// ANCHOR: again
async fn again_and_again() {
    println!("\na select! in a loop");
    let step = Cell::new(0);
    for round in 1..=3 {
        tokio::select! {
            biased;
            _ = slow(&step) => println!("round {round}: slow is done"),
            _ = quick() => {
                println!("round {round}: quick; slow has done {} of 3 steps", step.replace(0));
            }
        }
    }
}
// ANCHOR_END: again

// ANCHOR: traced
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
// ANCHOR_END: traced
