//! mistake: write-is-write-all
//!
//! The belief: a file takes whatever it is given. A `File` takes as much as its buffer holds: two megabytes,
//! or what `set_max_buf_size` says.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    let _ = journal.write(format!("{entry}\n").as_bytes()).await?;
    journal.flush().await
}
