//! mistake: whole-frame-waits
//! "First I take all there is, then I cut it up." All there is means all until the peer hangs up, and a
//! person who types does not hang up after every line.

use std::collections::VecDeque;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    reader: R,
    lines: Option<VecDeque<Vec<u8>>>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, lines: None }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.lines.is_none() {
            let mut all = Vec::new();
            self.reader.read_to_end(&mut all).await?;
            if !all.is_empty() && all.pop() != Some(b'\n') {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let lines = all.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
            self.lines = Some(lines.collect());
        }
        Ok(self.lines.as_mut().and_then(VecDeque::pop_front))
    }
}
