//! mistake: file-write-is-on-disk
//! Somebody else runs while I yield, and so does the write.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};
use tokio::task::yield_now;

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    yield_now().await;
    Ok(())
}
