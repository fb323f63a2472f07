//! Gives up after five seconds, and says so.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};
use tokio::time::timeout;

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    match timeout(Duration::from_secs(5), journal.flush()).await {
        Ok(result) => result,
        Err(_) => Err(ErrorKind::TimedOut.into()),
    }
}
