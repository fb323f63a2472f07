//! mistake: capacity-is-length
//! A vector with capacity has room to read into.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = Vec::with_capacity(1024);
    let mut echoed = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        writer.write_all(&buffer[..n]).await?;
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
