//! mistake: clean-end-is-an-error
//! Byte by byte is slow and correct, up to the end: there `read_u8` returns the error `UnexpectedEof`, and `?` passes
//! it on, even if the last line was whole.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, BufReader};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader: BufReader::new(reader) }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            match self.reader.read_u8().await? {
                b'\n' => return Ok(Some(line)),
                byte => line.push(byte),
            }
        }
    }
}
