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

    for (name, runtime) in [("current_thread", current), ("multi_thread", multi)] {
        println!("{name}");
        println!("  workers: {}", runtime.metrics().num_workers());
        println!("  {}", threads(&runtime));
        println!("  {}", interleaving(&runtime));
        println!("  {}", outside_block_on(&runtime));
    }
    Ok(())
}

/// Where does the body of `block_on` run, and where a task?
fn threads(runtime: &Runtime) -> String {
    let name = || thread::current().name().unwrap_or("?").to_owned();
    runtime.block_on(async move {
        let task = tokio::spawn(async move { name() }).await.expect("cannot panic");
        format!("block_on runs on `{}`, a task on `{task}`", name())
    })
}

/// Two futures joined in one task take turns, whatever the flavor.
fn interleaving(runtime: &Runtime) -> String {
    let log = std::cell::RefCell::new(Vec::new());
    let count = async |who: &str| {
        for i in 1..=3 {
            log.borrow_mut().push(format!("{who}{i}"));
            yield_now().await;
        }
    };
    runtime.block_on(async { tokio::join!(count("a"), count("b")) });
    format!("join! takes turns: {}", log.into_inner().join(" "))
}

// ANCHOR: outside
/// Spawns a task, and does not drive the runtime until later.
fn outside_block_on(runtime: &Runtime) -> &'static str {
    let (tell, told) = mpsc::channel();
    runtime.spawn(async move { tell.send(()) });
    // Workers tell at once. Where there are none, no time is long enough.
    let limit = if has_workers(runtime) { 60_000 } else { 50 };
    if told.recv_timeout(Duration::from_millis(limit)).is_ok() {
        return "a task runs while nobody is in block_on";
    }
    runtime.block_on(yield_now());
    told.try_recv().expect("the task had its turn");
    "a task waits until somebody is in block_on"
}
// ANCHOR_END: outside

fn has_workers(runtime: &Runtime) -> bool {
    runtime.handle().runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread
}
