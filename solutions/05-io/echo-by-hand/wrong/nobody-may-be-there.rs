//! mistake: result-not-looked-at
//!
//! The belief: if the peer is gone, there is nobody to tell. There is: the caller.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 1024];
    let mut echoed = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        if writer.write_all(&buffer[..n]).await.is_err() {
            break;
        }
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
