//! mistake: unnamed
//!
//! The belief: a pause in the loop is a pause between two rounds. The first try waits, too.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

const PAUSE: Duration = Duration::from_millis(100);

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let mut tries = 0;
    loop {
        sleep(PAUSE).await;
        tries += 1;
        let one = read.clone();
        match spawn_blocking(move || one()).await? {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {}
            outcome => return outcome,
        }
    }
}
