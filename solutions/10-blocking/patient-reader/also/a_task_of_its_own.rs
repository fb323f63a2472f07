//! The whole of it in a task: where the loop runs makes no difference, as long as neither of its waits keeps a thread.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let telling = tokio::spawn(async move {
        let mut tries = 0;
        loop {
            let read = read.clone();
            let outcome = spawn_blocking(move || read()).await?;
            tries += 1;
            match outcome {
                Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {
                    sleep(Duration::from_millis(100)).await;
                }
                outcome => return outcome,
            }
        }
    });
    telling.await?
}
