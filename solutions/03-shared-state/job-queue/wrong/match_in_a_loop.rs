//! mistake: scrutinee-guard
//!
//! The guard has done its work once `pop_front` has returned.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        match queue.lock().unwrap().pop_front() {
            Some(job) => {
                run(job).await;
                done += 1;
            }
            None => break,
        }
    }
    sign_off(done).await;
}
