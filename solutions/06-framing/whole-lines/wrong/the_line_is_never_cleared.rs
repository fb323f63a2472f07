//! mistake: left-over-state
//! `read_until` fills the vector that it is given, and the vector is a field, so that half a line survives an error.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader: BufReader::new(reader), line: Vec::new() }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.reader.read_until(b'\n', &mut self.line).await? == 0 {
            return Ok(None);
        }
        match self.line.strip_suffix(b"\n") {
            Some(line) => Ok(Some(line.to_vec())),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
