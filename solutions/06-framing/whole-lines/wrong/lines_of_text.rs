//! mistake: bytes-are-text
//! Tokio has lines, so why write them? Its lines are strings: they take a `\r` off with the `\n`, and bytes that are not
//! UTF-8 are an error. And at the end of the stream, half a line is one.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    lines: tokio::io::Lines<BufReader<R>>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { lines: BufReader::new(reader).lines() }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.lines.next_line().await?.map(String::into_bytes))
    }
}
