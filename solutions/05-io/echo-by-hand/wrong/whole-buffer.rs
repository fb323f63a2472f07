//! mistake: write-is-write-all
//! `read` fills the buffer.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 1024];
    let mut echoed = 0;
    while reader.read(&mut buffer).await? != 0 {
        writer.write_all(&buffer).await?;
        echoed += buffer.len() as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
