//! mistake: took-the-whole-queue
//!
//! The lock is free, but whoever comes first takes all the jobs there are.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let jobs = std::mem::take(&mut *queue.lock().unwrap());
    let done = jobs.len() as u32;
    for job in jobs {
        run(job).await;
    }
    sign_off(done).await;
}
