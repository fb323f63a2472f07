//! mistake: write-is-write-all
//! `Ready` means that the line is written.

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
                let n =
                    ready!(Pin::new(&mut this.socket).poll_write(cx, line.as_bytes()))?;
                if n == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
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
