//! mistake: blocking-in-async
//! "It reads on a thread of its own, so it cannot block anybody." `join` blocks the thread that called it.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let mut tries = 0;
    loop {
        let once = read.clone();
        let outcome = thread::spawn(move || once()).join().expect("it does not panic");
        tries += 1;
        match outcome {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {
                sleep(Duration::from_millis(100)).await;
            }
            outcome => return outcome,
        }
    }
}
