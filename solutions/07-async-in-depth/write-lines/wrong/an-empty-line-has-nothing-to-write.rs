//! mistake: empty-is-nothing
//! A line without bytes has nothing to write, and there is nothing to do for it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
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
                let n = ready!(Pin::new(&mut this.socket).poll_write(cx, &this.rest))?;
                if n == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                this.rest.drain(..n);
            }
            match ready!(this.lines.poll_recv(cx)) {
                Some(line) if line.is_empty() => this.count += 1,
                Some(line) => {
                    this.rest = line.into_bytes();
                    this.rest.push(b'\n');
                    this.count += 1;
                }
                None => {
                    ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
                    return Poll::Ready(Ok(this.count));
                }
            }
        }
    }
}
