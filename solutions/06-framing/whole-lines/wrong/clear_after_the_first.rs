//! mistake: one-read-one-frame
//! "The line is handed out, so the buffer can be cleared for the next one." With it goes
//! whatever else the read brought.

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
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer[..end].to_vec();
                self.buffer.clear();
                return Ok(Some(line));
            }
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return match self.buffer.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }
}
