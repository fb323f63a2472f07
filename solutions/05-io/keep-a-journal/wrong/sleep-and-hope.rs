//! mistake: file-write-is-on-disk
//! The thread is done after a moment.

use std::time::Duration;

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};
use tokio::time::sleep;

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    sleep(Duration::from_millis(50)).await;
    Ok(())
}
