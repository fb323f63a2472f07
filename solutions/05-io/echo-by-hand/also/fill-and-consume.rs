//! The other face of a buffered reader: look at what is there, write it, and say how much of it is used up.

use tokio::io::{self, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut reader = BufReader::new(reader);
    let mut echoed = 0;
    loop {
        let bytes = reader.fill_buf().await?;
        let n = bytes.len();
        if n == 0 {
            break;
        }
        writer.write_all(bytes).await?;
        reader.consume(n);
        echoed += n as u64;
    }
    writer.shutdown().await?;
    Ok(echoed)
}
