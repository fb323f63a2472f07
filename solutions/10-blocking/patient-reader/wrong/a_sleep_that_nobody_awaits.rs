//! mistake: lazy-future
//!
//! The belief: `tokio::time::sleep` waits as `thread::sleep` does.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;

const PAUSE: Duration = Duration::from_millis(100);

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let mut tries = 1;
    loop {
        let attempt = read.clone();
        match spawn_blocking(move || attempt()).await.expect("reading does not panic") {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {
                tries += 1;
                let _pause = tokio::time::sleep(PAUSE);
            }
            outcome => return outcome,
        }
    }
}
