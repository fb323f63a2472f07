//! mistake: file-write-is-on-disk
//! `sync_all` does what `flush` does, and more.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    journal.sync_all().await
}
