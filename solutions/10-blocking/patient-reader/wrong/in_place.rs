//! mistake: runtime-is-everywhere
//! "`block_in_place` is `spawn_blocking` without the move." It needs a runtime with other workers to hand the tasks to; on
//! one with a single thread, it panics.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::task::block_in_place;
use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    for _ in 0..2 {
        match block_in_place(&read) {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                sleep(Duration::from_millis(100)).await;
            }
            outcome => return outcome,
        }
    }
    block_in_place(&read)
}
