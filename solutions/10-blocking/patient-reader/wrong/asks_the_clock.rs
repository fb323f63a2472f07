//! mistake: self-wake-spin
//! "A loop with a `yield_now` waits without blocking." The others get their turns, but the thread never rests, however long the pause.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{spawn_blocking, yield_now};
use tokio::time::Instant;

const PAUSE: Duration = Duration::from_millis(100);

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
                let busy = Instant::now();
                while busy.elapsed() < PAUSE {
                    yield_now().await;
                }
            }
            outcome => return outcome,
        }
    }
    spawn_blocking(move || read()).await?
}
