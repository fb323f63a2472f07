//! Two flavors of runtime, built by hand: what is the same and what differs.
//!
//! ```console
//! $ cargo run --example 01-flavors
//! ```

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

fn main() -> io::Result<()> {
    // ANCHOR: builders
    let current = Builder::new_current_thread().enable_all().build()?;
    let multi = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("redis-worker")
        .enable_all()
        .build()?;
    // ANCHOR_END: builders

    // A worker tells at once. Where there is none, no time is long enough.
    let early = [(&current, 50), (&multi, 60_000)].map(|(runtime, millis)| {
        match runs_early(runtime, Duration::from_millis(millis)) {
            true => "yes",
            false => "no",
        }
    });
    let both = [&current, &multi];
    row("", ["current_thread", "multi_thread"]);
    row("block_on runs on", both.map(|runtime| runtime.block_on(async { here() })));
    row("a task runs on", both.map(a_task_runs_on));
    row("a task runs early", early);
    row("join! takes turns", both.map(turns));
    Ok(())
}

fn row(what: &str, [current, multi]: [impl AsRef<str>; 2]) {
    println!("{what:20}{:20}{}", current.as_ref(), multi.as_ref());
}

/// The name of this thread.
fn here() -> String {
    thread::current().name().unwrap_or("?").to_owned()
}

fn a_task_runs_on(runtime: &Runtime) -> String {
    let task = runtime.spawn(async { here() });
    runtime.block_on(task).expect("the task does not panic")
}

/// Two futures joined in one task.
fn turns(runtime: &Runtime) -> String {
    let log = std::cell::RefCell::new(Vec::new());
    let count = async |who: &str| {
        for i in 1..=3 {
            log.borrow_mut().push(format!("{who}{i}"));
            yield_now().await;
        }
    };
    runtime.block_on(async { tokio::join!(count("a"), count("b")) });
    log.into_inner().join(" ")
}

// ANCHOR: outside
fn runs_early(runtime: &Runtime, patience: Duration) -> bool {
    let (tell, told) = mpsc::channel();
    runtime.spawn(async move { tell.send(()) });
    told.recv_timeout(patience).is_ok() // nobody has called `block_on` so far
}
// ANCHOR_END: outside
