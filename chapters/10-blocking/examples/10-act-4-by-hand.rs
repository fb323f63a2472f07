//! Act 4 of the joke server: a future written by hand drains the stream.
//!
//! ```text
//! cargo run --example 10-act-4-by-hand                   the server, and clients that drive it
//! cargo run --example 10-act-4-by-hand -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? It is three times as long. Is it good async code? `Drain` is. What it
//! drains still blocks.

use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use blocking::{Index, hang_up};
use futures::{Stream, StreamExt, stream};
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

// ANCHOR: drain
/// Writes every line of a stream to a socket, and is done at the stream's end.
///
/// Dropped early, it may have written part of a line.
struct Drain<'a, S, W> {
    lines: S,
    socket: &'a mut W,
    rest: Vec<u8>, // of a line: read and not yet written
}

impl<S, W> Future for Drain<'_, S, W>
where
    S: Stream<Item = io::Result<String>> + Unpin,
    W: AsyncWrite + Unpin,
{
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            while !this.rest.is_empty() {
                match ready!(Pin::new(&mut *this.socket).poll_write(cx, &this.rest))? {
                    0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                    n => this.rest.drain(..n),
                };
            }
            match ready!(this.lines.poll_next_unpin(cx)) {
                Some(line) => this.rest = (line? + "\n").into_bytes(),
                None => return Pin::new(&mut *this.socket).poll_flush(cx),
            }
        }
    }
}
// ANCHOR_END: drain

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, mut socket: TcpStream) -> io::Result<()> {
    let lines = stream::iter(index.lines(index.pick())?);
    Drain { lines, socket: &mut socket, rest: Vec::new() }.await?;
    hang_up(socket).await
}
// ANCHOR_END: tell

fn main() -> ExitCode {
    blocking::run("10-act-4-by-hand", Index::open, tell)
}
