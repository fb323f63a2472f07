//! mistake: drop-flushes
//! The buffer writes itself out at the end of its scope.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt, BufWriter};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    let mut journal = BufWriter::new(journal);
    journal.write_all(entry.as_bytes()).await?;
    journal.write_all(b"\n").await
}
