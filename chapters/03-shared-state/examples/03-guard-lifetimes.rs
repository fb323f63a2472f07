//! When does a guard let go? Each line asks the lock itself, with `try_lock`.
//!
//! ```console
//! $ cargo run --example 03-guard-lifetimes
//! ```

use std::collections::VecDeque;
use std::sync::{Mutex, TryLockError};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::await_holding_lock, reason = "one of the places on show")]
async fn main() {
    // ANCHOR: guards
    let jobs = Mutex::new(VecDeque::from(["a", "b", "c", "d", "e"]));

    {
        let mut guard = jobs.lock().unwrap();
        guard.push_back("f");
        report("a guard with a name, in its scope", &jobs);
    }
    report("after the scope", &jobs);

    let guard = jobs.lock().unwrap();
    report("a guard with a name", &jobs);
    drop(guard);
    report("after `drop(guard)`", &jobs);

    let _job = jobs.lock().unwrap().pop_front();
    report("after `let job = lock().pop_front();`", &jobs);
    // ANCHOR_END: guards

    // ANCHOR: match
    match jobs.lock().unwrap().pop_front() {
        Some(_) => report("in an arm of `match lock()…`", &jobs),
        None => unreachable!("there are jobs left"),
    }
    // ANCHOR_END: match

    // ANCHOR: if-let
    if let Some(_job) = jobs.lock().unwrap().pop_front() {
        report("in the body of `if let … = lock()…`", &jobs);
    }

    if let Some(_job) = jobs.lock().unwrap().iter().find(|job| **job == "z") {
        unreachable!("no job is called z");
    } else {
        report("in the `else` of that `if let`", &jobs);
    }
    // ANCHOR_END: if-let

    // ANCHOR: while-let
    while let Some(job) = jobs.lock().unwrap().pop_front() {
        report("in the body of `while let … = lock()…`", &jobs);
        if job == "d" {
            break;
        }
    }
    // ANCHOR_END: while-let

    // ANCHOR: for
    for _job in jobs.lock().unwrap().iter().take(1) {
        report("in the body of `for … in lock()…`", &jobs);
    }
    // ANCHOR_END: for

    // ANCHOR: if
    if jobs.lock().unwrap().pop_front().is_some() {
        report("in the body of a plain `if lock()…`", &jobs);
    }

    while let Some(_job) = next(&jobs) {
        report("in the body of `while let … = next(&jobs)`", &jobs);
    }
    // ANCHOR_END: if

    // ANCHOR: statement
    run(jobs.lock().unwrap().pop_front(), &jobs).await;
    // ANCHOR_END: statement
}

// ANCHOR: run
async fn run(_job: Option<&str>, jobs: &Mutex<VecDeque<&str>>) {
    report("at an `.await` later in the same statement", jobs);
}
// ANCHOR_END: run

// ANCHOR: next
/// Takes the next job, if there is one.
fn next(jobs: &Mutex<VecDeque<&'static str>>) -> Option<&'static str> {
    jobs.lock().unwrap().pop_front()
}
// ANCHOR_END: next

/// Says whether somebody else could have the lock now.
fn report<T>(place: &str, lock: &Mutex<T>) {
    let state = match lock.try_lock() {
        Ok(_) => "free",
        Err(TryLockError::WouldBlock) => "HELD",
        Err(TryLockError::Poisoned(_)) => "poisoned",
    };
    println!("{place:<44} {state}");
}
