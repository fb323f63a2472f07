//! mistake: busy
//! `write` is called until all has been taken. A writer that takes nothing any more never says so in another way.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
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
        let mut at = 0;
        while at < n {
            at += writer.write(&buffer[at..n]).await?;
        }
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
