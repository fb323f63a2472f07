//! With a buffer in front of the writer: `io::copy` flushes it whenever the reader has nothing,
//! so nobody waits for bytes that wait here.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt, BufWriter};

/// Copies `reader` to `writer` until the end, and returns how many bytes that were.
pub async fn echo<R, W>(mut reader: R, writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut writer = BufWriter::new(writer);
    let echoed = io::copy(&mut reader, &mut writer).await?;
    writer.shutdown().await?;
    Ok(echoed)
}
