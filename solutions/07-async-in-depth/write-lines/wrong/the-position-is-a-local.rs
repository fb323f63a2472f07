//! mistake: state-in-a-local
//! The line is kept, but not how much of it was written. Every poll begins at its start.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

/// Writes lines to a socket as it accepts them.
pub struct WriteLines<W> {
    lines: mpsc::Receiver<String>,
    socket: W,
    line: Option<String>,
    count: usize,
}

impl<W: AsyncWrite + Unpin> WriteLines<W> {
    /// Carries the lines of the channel to the socket.
    pub fn new(lines: mpsc::Receiver<String>, socket: W) -> WriteLines<W> {
        WriteLines { lines, socket, line: None, count: 0 }
    }
}

impl<W: AsyncWrite + Unpin> Future for WriteLines<W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            if let Some(line) = &this.line {
                let mut written = 0;
                while written < line.len() {
                    let rest = &line.as_bytes()[written..];
                    let n = ready!(Pin::new(&mut this.socket).poll_write(cx, rest))?;
                    if n == 0 {
                        return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                    }
                    written += n;
                }
                this.line = None;
                this.count += 1;
            }
            match ready!(this.lines.poll_recv(cx)) {
                Some(line) => this.line = Some(line + "\n"),
                None => {
                    ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
                    return Poll::Ready(Ok(this.count));
                }
            }
        }
    }
}
