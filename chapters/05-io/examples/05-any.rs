//! One function for every reader and every writer.
//!
//! ```console
//! $ cargo run --example 05-any
//! ```

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

// ANCHOR: any
async fn shout<R, W>(mut reader: R, mut writer: W) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut text = String::new();
    reader.read_to_string(&mut text).await?;
    writer.write_all(text.to_uppercase().as_bytes()).await?;
    writer.flush().await
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut vector = Vec::new();
    shout(&b"into a vector"[..], &mut vector).await?;
    println!("{}", String::from_utf8_lossy(&vector));

    shout(&b"to standard output\n"[..], io::stdout()).await
}
// ANCHOR_END: any
