//! mistake: pool-thread-waits
//! "`sleep` blocks, and what blocks belongs on the blocking pool." What only waits belongs on a timer.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    for _ in 0..2 {
        let read = read.clone();
        match spawn_blocking(move || read()).await? {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                spawn_blocking(|| thread::sleep(Duration::from_millis(100))).await?;
            }
            outcome => return outcome,
        }
    }
    spawn_blocking(move || read()).await?
}
