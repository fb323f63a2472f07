//! mistake: unnamed
//! Keeps the rest across calls, in a buffer of a size that is surely enough.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    reader: R,
    buffer: Box<[u8; 8192]>,
    filled: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, buffer: Box::new([0; 8192]), filled: 0 }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let bytes = &self.buffer[..self.filled];
            if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
                let line = bytes[..end].to_vec();
                self.buffer.copy_within(end + 1..self.filled, 0);
                self.filled -= end + 1;
                return Ok(Some(line));
            }
            if self.filled == self.buffer.len() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            match self.reader.read(&mut self.buffer[self.filled..]).await? {
                0 if self.filled == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => self.filled += n,
            }
        }
    }
}
