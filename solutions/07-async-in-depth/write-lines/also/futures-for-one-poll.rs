//! `write`, `recv`, and `flush` keep nothing between two polls, so they may be made anew for each. (`write_all` keeps its
//! place, so it may not.)

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

/// Writes lines to a socket as it accepts them.
pub struct WriteLines<W> {
    lines: mpsc::Receiver<String>,
    socket: W,
    /// What is left of the current line.
    rest: Vec<u8>,
    count: usize,
}

impl<W: AsyncWrite + Unpin> WriteLines<W> {
    /// Carries the lines of the channel to the socket.
    pub fn new(lines: mpsc::Receiver<String>, socket: W) -> WriteLines<W> {
        WriteLines { lines, socket, rest: Vec::new(), count: 0 }
    }
}

impl<W: AsyncWrite + Unpin> Future for WriteLines<W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            while !this.rest.is_empty() {
                let n = ready!(pin!(this.socket.write(&this.rest)).poll(cx))?;
                if n == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                this.rest.drain(..n);
            }
            match ready!(pin!(this.lines.recv()).poll(cx)) {
                Some(line) => {
                    this.rest = line.into_bytes();
                    this.rest.push(b'\n');
                    this.count += 1;
                }
                None => {
                    ready!(pin!(this.socket.flush()).poll(cx))?;
                    return Poll::Ready(Ok(this.count));
                }
            }
        }
    }
}
