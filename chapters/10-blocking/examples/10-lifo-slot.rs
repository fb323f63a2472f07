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

// ANCHOR: answer
/// Leaves the reply to a task that writes, then computes until that task has begun, for a second at most.
async fn answer() -> &'static str {
    let (begin, begun) = channel();
    tokio::spawn(async move { begin.send(()) }); // stands for the task that writes
    match begun.recv_timeout(Duration::from_secs(1)) {
        Ok(()) => "the writer ran before the task was done",
        Err(_) => "the writer waited until the task was done",
    }
}
// ANCHOR_END: answer

/// As before, but with an `.await` between the wake and the computation.
async fn answer_and_yield() -> &'static str {
    let (begin, begun) = channel();
    tokio::spawn(async move { begin.send(()) });
    yield_now().await;
    match begun.recv_timeout(Duration::from_secs(1)) {
        Ok(()) => "the writer ran before the task was done",
        Err(_) => "the writer waited until the task was done",
    }
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(8).build()?;
    println!("at once:     {}", runtime.block_on(runtime.spawn(answer()))?);
    println!("after await: {}", runtime.block_on(runtime.spawn(answer_and_yield()))?);
    Ok(())
}
