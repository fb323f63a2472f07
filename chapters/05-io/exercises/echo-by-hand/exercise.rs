//! # Echo by hand
//!
//! Nobody gets an answer from this echo server. Three of its lines are wrong, each in a way
//! that the compiler does not mind.
//!
//! At the end:
//!
//! - every byte that `reader` gives is written to `writer`, in order, and nothing else is;
//! - what has been read is written before the next read waits;
//! - at the end of `reader`, the writer is shut down, so that the peer learns of the end;
//! - `echo` returns the number of bytes, or the error of either side, that of the shutdown included.
//!
//! Change the body of `echo`, not its signature.
//!
//! ```console
//! $ cargo course check echo-by-hand
//! ```

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes there were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    // TODO: find the three lines.
    let mut buffer = Vec::with_capacity(1024);
    let mut echoed = 0;
    while let Ok(n) = reader.read(&mut buffer).await {
        echoed += writer.write(&buffer[..n]).await? as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
