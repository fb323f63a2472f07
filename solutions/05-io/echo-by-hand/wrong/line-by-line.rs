//! mistake: waits-for-more
//! Clients speak in lines, so an answer comes with each line. A prompt has no line feed.

use tokio::io::{self, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

pub async fn echo<R, W>(reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    let mut echoed = 0;
    while reader.read_until(b'\n', &mut line).await? > 0 {
        writer.write_all(&line).await?;
        echoed += line.len() as u64;
        line.clear();
    }
    writer.shutdown().await?;
    Ok(echoed)
}
