//! The halves apart: `BufReader` tells whether it still holds a whole line, and the writer is flushed when it does not.

use std::io;

use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter,
};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let (reader, writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let mut writer = BufWriter::with_capacity(64 << 10, writer);
    let mut line = Vec::new();
    loop {
        if !reader.buffer().contains(&b'\n') {
            writer.flush().await?;
        }
        line.clear();
        reader.read_until(b'\n', &mut line).await?;
        let Some(line) = line.strip_suffix(b"\n") else { return writer.flush().await };
        writer.write_all(&answer(line)).await?;
    }
}
