//! mistake: one-read-one-frame
//! "One write there is one read here." On one machine, in a test, it mostly is.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

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
        let mut buffer = [0; 1024];
        let n = self.reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(None);
        }
        let line = buffer[..n].strip_suffix(b"\n").unwrap_or(&buffer[..n]);
        Ok(Some(line.to_vec()))
    }
}
