//! The same as a machine with named states. A position spares moving bytes about.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

enum State {
    Idle,
    Writing { line: String, written: usize },
    Flushing,
}

/// Writes lines to a socket as it accepts them.
pub struct WriteLines<W> {
    lines: mpsc::Receiver<String>,
    socket: W,
    state: State,
    count: usize,
}

impl<W: AsyncWrite + Unpin> WriteLines<W> {
    /// Carries the lines of the channel to the socket.
    pub fn new(lines: mpsc::Receiver<String>, socket: W) -> WriteLines<W> {
        WriteLines { lines, socket, state: State::Idle, count: 0 }
    }
}

impl<W: AsyncWrite + Unpin> Future for WriteLines<W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Idle => match ready!(this.lines.poll_recv(cx)) {
                    Some(line) => {
                        this.state = State::Writing { line: line + "\n", written: 0 };
                    }
                    None => this.state = State::Flushing,
                },
                State::Writing { line, written } => {
                    let rest = &line.as_bytes()[*written..];
                    if rest.is_empty() {
                        this.count += 1;
                        this.state = State::Idle;
                        continue;
                    }
                    match ready!(Pin::new(&mut this.socket).poll_write(cx, rest))? {
                        0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                        n => *written += n,
                    }
                }
                State::Flushing => {
                    ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
                    return Poll::Ready(Ok(this.count));
                }
            }
        }
    }
}
