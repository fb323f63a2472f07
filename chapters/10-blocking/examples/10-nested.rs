//! A job that waits for a job, in a pool of one thread and in a pool of two.
//!
//! ```console
//! $ cargo run --example 10-nested
//! ```

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

// ANCHOR: nested
/// The outer job starts another, and waits for it.
fn outer() -> bool {
    let inner = spawn_blocking(|| println!("  the inner job runs"));
    Handle::current().block_on(inner).is_ok()
}

/// Runs `outer` in a pool of so many threads, for a second at most.
fn run(threads: usize) -> io::Result<()> {
    println!("threads: {threads}");
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(threads)
        .enable_time()
        .build()?;
    let outcome = runtime
        .block_on(async { timeout(Duration::from_secs(1), spawn_blocking(outer)).await });
    let done = matches!(outcome, Ok(Ok(true)));
    println!("  done within a second: {done}");
    runtime.shutdown_background();
    Ok(())
}
// ANCHOR_END: nested

fn main() -> io::Result<()> {
    run(1)?;
    run(2)
}
