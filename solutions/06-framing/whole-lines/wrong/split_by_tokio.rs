//! mistake: half-a-frame-at-the-end
//! "`split` works on bytes, so it does what is asked." It does, as long as lines come. What is left at the end of the stream
//! comes out like a line that has its end.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Split};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    lines: Split<BufReader<R>>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { lines: BufReader::new(reader).split(b'\n') }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.lines.next_segment().await
    }
}
