//! Reads a byte at a time, so there is no rest to keep. Slow on a bare socket, where each byte is a system call.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    reader: R,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            match self.reader.read_u8().await {
                Ok(b'\n') => return Ok(Some(line)),
                Ok(byte) => line.push(byte),
                Err(error)
                    if error.kind() == io::ErrorKind::UnexpectedEof
                        && line.is_empty() =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
    }
}
