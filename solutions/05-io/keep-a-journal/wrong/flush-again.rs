//! mistake: result-not-looked-at
//! A `flush` that failed is tried again. The second one has nothing to write, and all is well.

use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

pub async fn append(journal: &mut File, entry: &str) -> io::Result<()> {
    journal.write_all(format!("{entry}\n").as_bytes()).await?;
    let mut tries = 0;
    loop {
        match journal.flush().await {
            Ok(()) => return Ok(()),
            Err(_) if tries < 3 => tries += 1,
            Err(error) => return Err(error),
        }
    }
}
