//! mistake: bytes-are-text
//! What clients send is text.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes there were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&buffer[..n]);
        writer.write_all(text.as_bytes()).await?;
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
