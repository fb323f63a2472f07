//! A file has no peer that could learn of an end: its `shutdown` is its `flush`, and more can
//! be written afterwards.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    journal.shutdown().await
}
