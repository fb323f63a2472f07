//! A `try_lock` that failed says nothing about the queue, so it is tried again.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many it ran.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        let job = match queue.try_lock() {
            Ok(mut queue) => queue.pop_front(),
            Err(_) => {
                tokio::task::yield_now().await;
                continue;
            }
        };
        let Some(job) = job else { break };
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
