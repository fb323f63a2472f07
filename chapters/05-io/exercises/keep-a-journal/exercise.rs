//! # Keep a journal
//!
//! Another program follows this journal, so an entry has to be in the file when `append`
//! returns. Some entries arrive late, and one that failed was reported as written.
//!
//! At the end:
//!
//! - when `append` returns `Ok`, the entry and its line feed are in the file, for every reader;
//! - when they could not be written, that same call of `append` returns the error.
//!
//! (In the file is not yet on the disk: the entry does not have to survive a power cut.)
//!
//! Change the body of `append`, not its signature.
//!
//! ```console
//! $ cargo course check keep-a-journal
//! ```

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

/// Appends a line to the journal.
pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    // TODO: it returns too early.
    journal.write_all(format!("{entry}\n").as_bytes()).await
}
