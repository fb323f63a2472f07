//! `fill_buf` shows what is there without taking it, and `consume` takes it: the two steps by hand.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The lines of a stream of bytes.
pub struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader: BufReader::with_capacity(32, reader), line: Vec::new() }
    }

    /// The next line, without its end. Cancel safe: half a line stays in a field.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let there = self.reader.fill_buf().await?;
            if there.is_empty() {
                return match self.line.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            let end = there.iter().position(|byte| *byte == b'\n');
            self.line.extend_from_slice(&there[..end.unwrap_or(there.len())]);
            let taken = end.map_or(there.len(), |end| end + 1);
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
        }
    }
}
