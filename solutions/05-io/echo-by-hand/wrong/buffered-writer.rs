//! mistake: waits-for-more
//! Few writes are better than many. A short message stays in the buffer until more follow.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

pub async fn echo<R, W>(mut reader: R, writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut writer = BufWriter::new(writer);
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        writer.write_all(&buffer[..n]).await?;
        echoed += n as u64;
    }
    writer.flush().await?;
    writer.shutdown().await?;
    Ok(echoed)
}
