//! Cuts up all of a read at once, and keeps the lines in a queue and the tail apart.

use std::collections::VecDeque;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The lines of a stream of bytes.
pub struct Lines<R> {
    reader: R,
    ready: VecDeque<Vec<u8>>,
    tail: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, ready: VecDeque::new(), tail: Vec::new() }
    }

    /// The next line, without its end.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut chunk = [0; 512];
        while self.ready.is_empty() {
            let n = self.reader.read(&mut chunk).await?;
            if n == 0 && self.tail.is_empty() {
                return Ok(None);
            }
            if n == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "half a line"));
            }
            for byte in &chunk[..n] {
                match byte {
                    b'\n' => self.ready.push_back(std::mem::take(&mut self.tail)),
                    byte => self.tail.push(*byte),
                }
            }
        }
        Ok(self.ready.pop_front())
    }
}
