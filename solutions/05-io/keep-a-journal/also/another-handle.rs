//! A clone of the handle writes to the same file. It has a buffer of its own, so it needs a flush of its own.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    let mut handle = journal.try_clone().await?;
    handle.write_all(format!("{entry}\n").as_bytes()).await?;
    handle.flush().await
}
