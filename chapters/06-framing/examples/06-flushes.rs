//! A hundred requests arrive at once. How often is the socket written to, and by whom?
//!
//! ```console
//! $ cargo run --example 06-flushes
//! ```

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use framing::{Connection, Db, Error, Session};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let batch = b"*2\r\n$3\r\nGET\r\n$4\r\ncity\r\n".repeat(100);

    let (socket, writes) = Counting::new(&batch);
    flush_every_reply(socket).await?;
    println!("flushed after every reply:  {:>3} writes", writes.load(Relaxed));

    let (socket, writes) = Counting::new(&batch);
    flush_before_waiting(socket).await?;
    println!("flushed before waiting:     {:>3} write", writes.load(Relaxed));

    // One request alone: does it wait for company?
    let (socket, writes) = Counting::new(&batch[..23]);
    flush_before_waiting(socket).await?;
    println!("a request that comes alone: {:>3} write", writes.load(Relaxed));
    Ok(())
}

// ANCHOR: every
/// No reply waits for another one.
async fn flush_every_reply(socket: Counting) -> Result<(), Error> {
    let mut connection = Connection::server(socket);
    let mut session = Session::new(Db::new());
    while let Some((request, replies)) = connection.read_request().await? {
        let _ = session.answer(request, replies);
        connection.flush().await?;
    }
    Ok(())
}
// ANCHOR_END: every

/// No reply waits for a client.
async fn flush_before_waiting(socket: Counting) -> Result<(), Error> {
    let mut connection = Connection::server(socket);
    let mut session = Session::new(Db::new());
    while let Some((request, replies)) = connection.read_request().await? {
        let _ = session.answer(request, replies);
    }
    Ok(())
}

/// A socket that has received some bytes, and counts what is written to it.
struct Counting {
    received: io::Cursor<Vec<u8>>,
    writes: Arc<AtomicUsize>,
}

impl Counting {
    fn new(received: &[u8]) -> (Counting, Arc<AtomicUsize>) {
        let writes = Arc::<AtomicUsize>::default();
        let received = io::Cursor::new(received.to_vec());
        (Counting { received, writes: writes.clone() }, writes)
    }
}

impl AsyncRead for Counting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.received).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counting {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Relaxed);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
