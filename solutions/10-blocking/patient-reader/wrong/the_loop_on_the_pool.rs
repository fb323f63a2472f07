//! mistake: pool-thread-waits
//! "Put the whole of it on the blocking pool: there it may block as it likes." The others get their turns. But while the disk
//! is busy, each client holds a thread of the pool, which does nothing.

use std::io::{self, ErrorKind};
use std::thread;
use std::time::Duration;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    tokio::task::spawn_blocking(move || {
        for _ in 0..2 {
            match read() {
                Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                    thread::sleep(Duration::from_millis(100));
                }
                outcome => return outcome,
            }
        }
        read()
    })
    .await?
}
