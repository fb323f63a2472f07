//! mistake: blocking-in-async
//! "An `async` block makes a call asynchronous, and `spawn` moves it away." A task is polled on this thread, too.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    for _ in 0..2 {
        let read = read.clone();
        match tokio::spawn(async move { read() }).await? {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                sleep(Duration::from_millis(100)).await;
            }
            outcome => return outcome,
        }
    }
    tokio::spawn(async move { read() }).await?
}
