//! One `write` into a pipe that has too little room for it.
//!
//! ```console
//! $ cargo run --example 05-write
//! ```

// ANCHOR: program
use tokio::io::{self, AsyncWriteExt, duplex};

#[tokio::main]
async fn main() -> io::Result<()> {
    let (mut ours, _theirs) = duplex(4);
    let n = ours.write(b"hello").await?;
    println!("write took {n} of 5 bytes");
    Ok(())
}
// ANCHOR_END: program
