//! A buffer in front gathers the two writes into one trip to the blocking thread. Its `flush`
//! flushes the file too.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt, BufWriter};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    let mut journal = BufWriter::new(journal);
    journal.write_all(entry.as_bytes()).await?;
    journal.write_all(b"\n").await?;
    journal.flush().await
}
