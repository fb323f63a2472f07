//! # Whole lines
//!
//! A relay passes on what people type, line by line. On the machine where it was written,
//! every read returned one line. Over a real network, lines arrive in pieces, or several at
//! once.
//!
//! At the end:
//!
//! - `next` returns every line as it was sent, byte for byte, without its `\n`, wherever the
//!   stream is cut;
//! - a line may be empty, and need not be text: a `\r` or a space at its end belongs to it;
//! - a line that has arrived is returned without waiting for what comes after it;
//! - after the last line comes `None`;
//! - if the stream ends in the middle of a line, `next` returns an error of the kind
//!   `UnexpectedEof`, and if a read fails, that read's error.
//!
//! Change anything except the names and types of `Lines`, `new`, and `next`.
//!
//! ```console
//! $ cargo course check whole-lines
//! ```

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
        // TODO: what if half a line arrives, or two?
        let mut buffer = [0; 1024];
        let n = self.reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(None);
        }
        let line = buffer[..n].strip_suffix(b"\n").unwrap_or(&buffer[..n]);
        Ok(Some(line.to_vec()))
    }
}
