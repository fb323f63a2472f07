//! A future that writes to something that takes five bytes at a time, and then has to wait. Where
//! does it keep how far it got?
//!
//! ```console
//! $ cargo run --example 07-leftover
//! ```

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

/// Keeps its place in a variable of `poll`.
// ANCHOR: local
struct WriteBytes<'a> {
    socket: &'a mut DuplexStream,
    bytes: &'a [u8],
}

impl Future for WriteBytes<'_> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut rest = self.bytes;
        while !rest.is_empty() {
            let n = ready!(Pin::new(&mut *self.socket).poll_write(cx, rest))?;
            rest = &rest[n..];
        }
        Poll::Ready(Ok(()))
    }
}
// ANCHOR_END: local

/// Keeps its place in itself.
// ANCHOR: field
struct WriteRest<'a> {
    socket: &'a mut DuplexStream,
    rest: &'a [u8],
}

impl Future for WriteRest<'_> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while !self.rest.is_empty() {
            let rest = self.rest;
            let n = ready!(Pin::new(&mut *self.socket).poll_write(cx, rest))?;
            self.rest = &rest[n..];
        }
        Poll::Ready(Ok(()))
    }
}
// ANCHOR_END: field

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!(
        "WriteBytes: {:?}",
        receive(async |s, bytes| WriteBytes { socket: s, bytes }.await).await
    );
    println!(
        "WriteRest:  {:?}",
        receive(async |s, rest| WriteRest { socket: s, rest }.await).await
    );
}

/// The first 26 bytes, or fewer, that a socket which takes five at a time gets of `hello, world`.
async fn receive(
    write: impl AsyncFn(&mut DuplexStream, &[u8]) -> io::Result<()>,
) -> String {
    use tokio::io::AsyncReadExt;

    let (mut ours, theirs) = duplex(5);
    let send = async {
        // The first gets no end; give up on it when the reader has had enough.
        let _ =
            timeout(std::time::Duration::from_secs(1), write(&mut ours, b"hello, world"))
                .await;
        let _ = ours.shutdown().await;
    };
    let mut received = Vec::new();
    let mut theirs = theirs.take(26);
    let (_, read) = tokio::join!(send, theirs.read_to_end(&mut received));
    read.expect("a duplex does not fail");
    String::from_utf8_lossy(&received).into_owned()
}
