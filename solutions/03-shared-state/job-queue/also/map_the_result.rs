//! `map` gives the guard to a closure, which ends with it, so the head keeps none.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    while let Some(job) = queue.lock().map(|mut q| q.pop_front()).unwrap() {
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
