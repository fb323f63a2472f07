//! # One write a batch
//!
//! A server answers lines. It is fast when a client asks one thing at a time, and slow when
//! a client asks a hundred at once: every answer is a write and a flush of its own, and so
//! perhaps a packet of its own.
//!
//! At the end:
//!
//! - `answer` gets every line as it was sent, byte for byte, without its `\n`;
//! - the answers to lines that arrived in one read leave together, in one write, as long as they fit
//!   into 64 KiB;
//! - before `serve` waits for anything, be it input or a timer, every answer has been written
//!   and flushed: the client may be waiting for it before it sends more;
//! - when the stream ends, every whole line has been answered, half a line has not, and every
//!   answer is flushed. Whether half a line makes `serve` return an error is up to you.
//!
//! Change anything except the signature of `serve`.
//!
//! ```console
//! $ cargo course check one-write-a-batch
//! ```

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(mut stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut buffer = BytesMut::new();
    loop {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            // TODO: does each answer have to leave alone?
            stream.write_all(&answer(&line[..end])).await?;
            stream.flush().await?;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}
