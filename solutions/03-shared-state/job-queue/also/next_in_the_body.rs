//! `next` is a job, and the guard of each `let` or assignment ends at its semicolon.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    let mut next = queue.lock().unwrap().pop_front();
    while let Some(job) = next {
        run(job).await;
        done += 1;
        next = queue.lock().unwrap().pop_front();
    }
    sign_off(done).await;
}
