//! What `read` returns when the other end is done, and when there is no room.
//!
//! ```console
//! $ cargo run --example 05-zero
//! ```

use tokio::io::{self, AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main]
async fn main() -> io::Result<()> {
    the_end().await?;
    no_room().await
}

// ANCHOR: the_end
async fn the_end() -> io::Result<()> {
    let (mut ours, mut theirs) = duplex(64);
    ours.write_all(b"hello").await?;
    drop(ours);

    let mut buffer = [0; 64];
    for _ in 0..4 {
        println!("read: {:?}", theirs.read(&mut buffer).await);
    }
    Ok(())
}
// ANCHOR_END: the_end

// ANCHOR: no_room
async fn no_room() -> io::Result<()> {
    let (mut ours, mut theirs) = duplex(64);
    ours.write_all(b"hello").await?;

    let mut buffer = Vec::with_capacity(64);
    println!("read, the vector empty: {:?}", theirs.read(&mut buffer).await);
    println!("read_buf:               {:?}", theirs.read_buf(&mut buffer).await);
    Ok(())
}
// ANCHOR_END: no_room
