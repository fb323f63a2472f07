//! mistake: one-read-one-frame
//! A local `BufReader` for every line: what it has read beyond the line is dropped with it.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The lines of a stream of bytes.
pub struct Lines<R> {
    reader: R,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader }
    }

    /// The next line, without its end.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut reader = BufReader::new(&mut self.reader);
        if reader.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        match line.pop() {
            Some(b'\n') => Ok(Some(line)),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
