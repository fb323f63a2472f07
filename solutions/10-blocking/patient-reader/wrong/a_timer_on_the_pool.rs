//! mistake: pool-thread-waits
//! "It is Tokio's `sleep`, so no thread is held." `block_on` holds one for whatever it waits for.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    spawn_blocking(move || {
        for _ in 0..2 {
            match read() {
                Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                    Handle::current().block_on(async {
                        sleep(Duration::from_millis(100)).await;
                    });
                }
                outcome => return outcome,
            }
        }
        read()
    })
    .await?
}
