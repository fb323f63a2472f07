//! mistake: file-write-is-on-disk
//! Awaiting each write is enough.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(entry.as_bytes()).await?;
    journal.write_all(b"\n").await
}
