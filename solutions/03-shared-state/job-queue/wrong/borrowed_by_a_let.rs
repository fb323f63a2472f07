//! mistake: scrutinee-guard
//!
//! "A `let` drops its temporaries at the semicolon." Not one that its variable borrows from: the
//! guard lives as long as `jobs`.

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many there were.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    loop {
        let jobs = &mut *queue.lock().unwrap();
        let Some(job) = jobs.pop_front() else { break };
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
