//! mistake: check-then-act
//!
//! "The queue is not empty, so there is a job for me." There was one at the look. Another thread may
//! take it before the next line.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    while !queue.lock().unwrap().is_empty() {
        let job = queue.lock().unwrap().pop_front().unwrap();
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
