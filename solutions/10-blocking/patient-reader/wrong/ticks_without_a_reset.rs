//! mistake: ticks-catch-up
//!
//! The belief: ticks lie 100 ms apart, so the tries do. The time of a read counts, too.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::interval;

const PAUSE: Duration = Duration::from_millis(100);

/// Reads a joke, in three tries at the most.
pub async fn tell<R>(read: R) -> io::Result<String>
where
    R: Fn() -> io::Result<String> + Send + Sync + 'static,
{
    let read = Arc::new(read);
    let mut ticks = interval(PAUSE);
    let mut tries = 0;
    loop {
        ticks.tick().await;
        tries += 1;
        let attempt = read.clone();
        match spawn_blocking(move || attempt()).await.expect("reading does not panic") {
            Err(error) if error.kind() == ErrorKind::ResourceBusy && tries < 3 => {}
            outcome => return outcome,
        }
    }
}
