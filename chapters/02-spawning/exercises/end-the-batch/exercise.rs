//! # End the batch
//!
//! A nightly batch may run until a deadline; after that, the machine is needed for other
//! work. The batch below is over before it has begun: it reports jobs as done that have
//! not even started.
//!
//! At the end:
//!
//! - all jobs run at the same time, each in a task of its own;
//! - `run` returns as soon as all jobs have ended, or at the deadline, and says how many
//!   have ended by then;
//! - at the deadline it stops the jobs that are left, and it does not return until the
//!   last of them has been dropped;
//! - a job that panics does not count, and costs the others nothing.
//!
//! Change anything except the signature of `run`.
//!
//! ```console
//! $ cargo course check end-the-batch
//! ```

use std::future::Future;
use std::time::Duration;

/// Runs all jobs until they have ended, or until the time is over. Returns how many ended.
pub async fn run<J>(jobs: Vec<J>, deadline: Duration) -> usize
where
    J: Future<Output = ()> + Send + 'static,
{
    let mut done = 0;
    for job in jobs {
        // TODO: who waits for this task? Who stops it at the deadline?
        tokio::spawn(job);
        done += 1;
    }
    println!("{done} jobs done within {deadline:?}");
    done
}
