//! A write to a file that was opened for reading only: which call says that it failed?
//!
//! ```console
//! $ cargo run --example 05-file
//! ```

use std::env;

// ANCHOR: late
use tokio::fs::File;
use tokio::io::{self, AsyncWriteExt};

#[tokio::main]
async fn main() -> io::Result<()> {
    // `open` opens for reading only.
    let mut file = File::open(env::current_exe()?).await?;
    let written = file.write_all(b"three").await;
    println!("write_all is ok: {}", written.is_ok());
    let flushed = file.flush().await;
    println!("flush is ok: {}", flushed.is_ok());
    Ok(())
}
// ANCHOR_END: late
