//! Eight workers, of which seven have nothing to do, and a task that waits for the eighth.
//!
//! ```console
//! $ cargo run --example 10-lifo-slot
//! ```

use std::io;
use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::yield_now;

// ANCHOR: handler
/// Leaves the reply to a task that writes, then computes until that task has begun, for a second at most.
async fn handler() -> &'static str {
    let (begin, begun) = channel();
    tokio::spawn(async move { begin.send(()) }); // stands for the task that writes
    match begun.recv_timeout(Duration::from_secs(1)) {
        Ok(()) => "the writer ran while the handler computed",
        Err(_) => "the writer waited until the handler was done",
    }
}
// ANCHOR_END: handler

/// As before, but with an `.await` between the wake and the computation.
async fn handler_that_yields() -> &'static str {
    let (begin, begun) = channel();
    tokio::spawn(async move { begin.send(()) });
    yield_now().await;
    match begun.recv_timeout(Duration::from_secs(1)) {
        Ok(()) => "the writer ran before the handler computed",
        Err(_) => "the writer waited until the handler was done",
    }
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(8).build()?;
    println!("at once:     {}", runtime.block_on(runtime.spawn(handler()))?);
    println!("after await: {}", runtime.block_on(runtime.spawn(handler_that_yields()))?);
    Ok(())
}
