//! mistake: result-not-looked-at
//! Byte by byte, so nothing is lost. A read that fails at the start of a line is the end of the stream.

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
                Err(_) if line.is_empty() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}
