//! mistake: result-not-looked-at
//!
//! The belief: a read that fails has nothing to give, as at the end. The caller is told that all is well.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 1024];
    let mut echoed = 0;
    while let Ok(n @ 1..) = reader.read(&mut buffer).await {
        writer.write_all(&buffer[..n]).await?;
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
