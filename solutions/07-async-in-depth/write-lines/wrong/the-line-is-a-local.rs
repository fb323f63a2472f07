//! mistake: state-in-a-local
//! Written like an `async fn`, where a variable is still there after an `.await`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

/// Writes lines to a socket as it accepts them.
pub struct WriteLines<W> {
    lines: mpsc::Receiver<String>,
    socket: W,
    count: usize,
}

impl<W: AsyncWrite + Unpin> WriteLines<W> {
    /// Carries the lines of the channel to the socket.
    pub fn new(lines: mpsc::Receiver<String>, socket: W) -> WriteLines<W> {
        WriteLines { lines, socket, count: 0 }
    }
}

impl<W: AsyncWrite + Unpin> Future for WriteLines<W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let mut rest = match ready!(this.lines.poll_recv(cx)) {
                Some(line) => line + "\n",
                None => {
                    ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
                    return Poll::Ready(Ok(this.count));
                }
            };
            this.count += 1;
            while !rest.is_empty() {
                let n =
                    ready!(Pin::new(&mut this.socket).poll_write(cx, rest.as_bytes()))?;
                if n == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                rest.drain(..n);
            }
        }
    }
}
