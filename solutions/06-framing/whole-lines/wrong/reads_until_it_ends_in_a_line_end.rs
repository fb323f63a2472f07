//! mistake: one-read-one-frame
//! "A line is complete when what I have ends in `\n`." So it is, and it may be two lines.

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
            if self.buffer.ends_with(b"\n") {
                let line = self.buffer.split();
                return Ok(Some(line[..line.len() - 1].to_vec()));
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
