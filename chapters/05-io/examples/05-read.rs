//! One `read` from a pipe into a buffer that has more room than it needs.
//!
//! ```console
//! $ cargo run --example 05-read
//! ```

// ANCHOR: program
use tokio::io::{self, AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main]
async fn main() -> io::Result<()> {
    let (mut ours, mut theirs) = duplex(64);
    ours.write_all(b"hello").await?;

    let mut buffer = [b'.'; 8];
    let n = theirs.read(&mut buffer).await?;
    println!("read gave {n} bytes: {}", buffer.escape_ascii());
    Ok(())
}
// ANCHOR_END: program
