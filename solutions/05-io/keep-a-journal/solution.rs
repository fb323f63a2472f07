//! `flush` waits for the blocking thread and returns how its write ended. It is the only call
//! that does both: `sync_all` waits too, and keeps the error for the call after it.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    journal.flush().await
}
