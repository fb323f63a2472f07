//! mistake: empty-is-nothing
//!
//! Who has done nothing has nothing to sign. The others wait for its 0 all the same.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many it ran.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        let job = queue.lock().unwrap().pop_front();
        let Some(job) = job else { break };
        run(job).await;
        done += 1;
    }
    if done > 0 {
        sign_off(done).await;
    }
}
