//! # Write the lines
//!
//! A printer takes lines over a socket, as many bytes at a time as it likes. Write the future that
//! carries them there, by hand: without `async`, without `.await`, without a boxed future.
//!
//! At the end:
//!
//! - every line arrives once, whole, in order, followed by a `\n`; a letter may be cut in two on the way;
//! - no line is taken from the channel before the last one is written: the printer sets the pace;
//! - when the channel has ended, the socket is flushed (and not shut down), which may take its time, and
//!   then the output is the number of lines;
//! - an error of the socket ends the future with that error, and a write of zero bytes is one
//!   (`ErrorKind::WriteZero`);
//! - while it waits, it is not polled: it does not wake itself.
//!
//! Change whatever you like, except for the signatures of `new` and `poll`.
//!
//! ```console
//! $ cargo course check write-lines
//! ```

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

/// Writes lines to a socket as it accepts them.
pub struct WriteLines<W> {
    lines: mpsc::Receiver<String>,
    socket: W,
    // TODO: what has to be remembered from one poll to the next?
}

impl<W: AsyncWrite + Unpin> WriteLines<W> {
    /// Carries the lines of the channel to the socket.
    pub fn new(lines: mpsc::Receiver<String>, socket: W) -> WriteLines<W> {
        WriteLines { lines, socket }
    }
}

impl<W: AsyncWrite + Unpin> Future for WriteLines<W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // TODO: `this.lines.poll_recv(cx)`, `Pin::new(&mut this.socket).poll_write(cx, …)` and
        // `poll_flush`. Each of them keeps the waker if it returns `Pending`.
        let _ = (&mut this.lines, &mut this.socket, cx);
        todo!()
    }
}
