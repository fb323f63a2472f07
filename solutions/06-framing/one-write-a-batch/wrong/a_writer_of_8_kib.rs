//! mistake: batch-has-a-size
//! `BufWriter` collects and `flush` decides. From 8 KiB on, it decides too.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut stream = BufWriter::new(stream);
    let mut buffer = BytesMut::new();
    loop {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            stream.write_all(&answer(&line[..end])).await?;
        }
        stream.flush().await?;
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}
