//! mistake: check-then-act
//!
//! "What I looked at is what I take." On two threads, both look at one job, and then each takes one.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        let job = queue.lock().unwrap().front().copied();
        let Some(job) = job else { break };
        queue.lock().unwrap().pop_front();
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
