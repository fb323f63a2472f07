//! `io::copy` is this loop, with its buffer on the heap. It flushes and does not shut down.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let echoed = io::copy(&mut reader, &mut writer).await?;
    writer.shutdown().await?;
    Ok(echoed)
}
