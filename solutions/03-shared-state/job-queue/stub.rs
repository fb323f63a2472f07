//! # A queue that stands still
//!
//! Two workers take jobs from one queue until it is empty, and sign off. On a busy day the
//! queue stands still: while one worker runs a job, nobody can add another and the second
//! worker gets none.
//!
//! At the end:
//!
//! - the queue is free while a job runs, and while a worker signs off;
//! - two workers run two jobs at a time, and each job runs once, even if the workers are on
//!   two threads;
//! - a job that is added while another runs is taken too;
//! - the oldest job comes first, and a worker signs off once, even if it found no job.
//!
//! Change the body of `work`, not its signature.
//!
//! ```console
//! $ cargo course check job-queue
//! ```

use std::collections::VecDeque;
use std::sync::Mutex;

/// The jobs that nobody has taken yet, oldest first.
pub type Queue = Mutex<VecDeque<u32>>;

/// Runs jobs until the queue is empty, and signs off with how many it ran.
pub async fn work(queue: &Queue, run: impl AsyncFn(u32), sign_off: impl AsyncFn(u32)) {
    let mut done = 0;
    // TODO: how long does the guard of this line live?
    while let Some(job) = queue.lock().unwrap().pop_front() {
        run(job).await;
        done += 1;
    }
    sign_off(done).await;
}
