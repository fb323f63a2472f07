//! mistake: unnamed
//!
//! The belief: whatever waits needs a limit. The disk may take as long as it likes, and here nobody asked for one.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

const PAUSE: Duration = Duration::from_millis(100);

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let mut tries = 1;
    loop {
        let one = read.clone();
        let job = spawn_blocking(move || one());
        match timeout(Duration::from_secs(5), job).await?? {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {
                tries += 1;
                sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
