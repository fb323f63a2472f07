//! What the chapter claims of its runtime, proved: by counting, under loom, and over sockets.

mod delay;
mod echo;
mod executor;
mod orders;
#[allow(dead_code)]
mod ours;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Long enough that only what never ends reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs something that might hang, and fails if it does.
#[track_caller]
fn ends<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        let result = what();
        let _ = done.send(());
        result
    });
    if is_done.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("it had not ended after {PATIENCE:?}");
    }
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// This thread's name in `/proc`, where there is one.
fn this_thread() -> Option<String> {
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    Some(link.to_string_lossy().into_owned())
}

/// How often a thread that sleeps has gone to sleep; waits until it does.
fn sleeps(thread: &str) -> u64 {
    let start = std::time::Instant::now();
    loop {
        let status = std::fs::read_to_string(format!("/proc/{thread}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line[name.len()..].trim().to_owned()
        };
        if field("State:").starts_with('S') {
            return field("voluntary_ctxt_switches:").parse().unwrap();
        }
        assert!(start.elapsed() < PATIENCE, "{thread} does not sleep");
        thread::sleep(Duration::from_millis(1));
    }
}
