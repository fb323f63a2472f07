//! mistake: blocking-in-async
//! "Now that it sleeps with `.await`, it is async." The pause is; the read still runs on the thread of the tasks.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    for _ in 0..2 {
        match read() {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                sleep(Duration::from_millis(100)).await;
            }
            outcome => return outcome,
        }
    }
    read()
}
