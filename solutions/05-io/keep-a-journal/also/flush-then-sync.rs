//! Flush for the error, then wait for the disk: what a journal does that has to survive a
//! power cut. It costs milliseconds an entry.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(entry.as_bytes()).await?;
    journal.write_all(b"\n").await?;
    journal.flush().await?;
    journal.sync_data().await
}
