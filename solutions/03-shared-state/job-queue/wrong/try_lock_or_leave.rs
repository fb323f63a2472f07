//! mistake: busy-lock-given-up
//!
//! "Async code must not wait for a lock." So a queue that is locked for a moment looks like an
//! empty one.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many it ran.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        let job = queue.try_lock().ok().and_then(|mut queue| queue.pop_front());
        let Some(job) = job else { break };
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
