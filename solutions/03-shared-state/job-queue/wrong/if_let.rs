//! mistake: scrutinee-guard
//!
//! Edition 2024 ends the temporaries of an `if let` early: before its `else`, not before its body.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        if let Some(job) = queue.lock().unwrap().pop_front() {
            run(job).await;
            done += 1;
        } else {
            break;
        }
    }
    sign_off(done).await;
}
