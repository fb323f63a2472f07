//! mistake: whole-frame-waits
//! Keeps the rest, and yet reads before every look: a line that is here already waits for
//! bytes that may never come.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The lines of a stream of bytes.
pub struct Lines<R> {
    reader: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, buffer: BytesMut::new() }
    }

    /// The next line, without its end.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let n = self.reader.read_buf(&mut self.buffer).await?;
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end + 1);
                return Ok(Some(line[..end].to_vec()));
            }
            if n == 0 {
                return match self.buffer.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }
}
