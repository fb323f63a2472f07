//! TCP sockets that wait by way of our reactor, under the names of Tokio's.
//!
//! They implement Tokio's `AsyncRead` and `AsyncWrite`, so `tokio::io` works with them.

use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::reactor::{Direction, Registered};

/// A socket that accepts connections.
#[derive(Debug)]
pub struct TcpListener {
    listener: Registered<mio::net::TcpListener>,
}

impl TcpListener {
    /// Listens on an address. It never waits; a host's name is looked up on this thread.
    ///
    /// # Errors
    ///
    /// Those of the operating system, for the last address that was tried.
    pub async fn bind(addr: impl ToSocketAddrs) -> io::Result<TcpListener> {
        let listener = first(addr, mio::net::TcpListener::bind)?;
        Ok(TcpListener { listener: Registered::new(listener)? })
    }

    /// The address that it listens on.
    ///
    /// # Errors
    ///
    /// Those of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.socket().local_addr()
    }

    // ANCHOR: accept
    /// Waits for the next connection. Only one task may wait at a time.
    ///
    /// Cancel safe: a connection that was not returned is still in the queue.
    ///
    /// # Errors
    ///
    /// Those of the operating system, such as too many open files.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let accept = |cx: &mut Context<'_>| {
            self.listener.poll_io(Direction::Read, cx, |l| l.accept())
        };
        let (stream, peer) = poll_fn(accept).await?;
        Ok((TcpStream { stream: Registered::new(stream)? }, peer))
    }
    // ANCHOR_END: accept
}

/// A connection. One task may read while another writes.
#[derive(Debug)]
pub struct TcpStream {
    stream: Registered<mio::net::TcpStream>,
}

impl TcpStream {
    /// Connects to an address. A host's name is looked up on this thread.
    ///
    /// Cancel safe: a connection that is not made is given up.
    ///
    /// # Errors
    ///
    /// Those of the operating system, such as a refused connection.
    pub async fn connect(addr: impl ToSocketAddrs) -> io::Result<TcpStream> {
        let stream = Registered::new(first(addr, mio::net::TcpStream::connect)?)?;
        // The connection stands, or has failed, when the socket becomes writable.
        let connected = |cx: &mut Context<'_>| {
            stream.poll_io(Direction::Write, cx, |stream| {
                if let Some(error) = stream.take_error()? {
                    return Err(error);
                }
                match stream.peer_addr() {
                    Err(error) if error.kind() == ErrorKind::NotConnected => {
                        Err(ErrorKind::WouldBlock.into())
                    }
                    other => other.map(drop),
                }
            })
        };
        poll_fn(connected).await?;
        Ok(TcpStream { stream })
    }

    /// The socket twice, to read from one and write to the other at the same time.
    pub fn split(&mut self) -> (&TcpStream, &TcpStream) {
        (self, self)
    }
}

// ANCHOR: io
impl AsyncRead for &TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = |mut stream: &mio::net::TcpStream| {
            let n = stream.read(buf.initialize_unfilled())?;
            buf.advance(n);
            Ok(())
        };
        self.stream.poll_io(Direction::Read, cx, read)
    }
}

impl AsyncWrite for &TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_io(Direction::Write, cx, |mut stream| stream.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // what was written is with the operating system
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.stream.socket().shutdown(Shutdown::Write) {
            // The peer is gone already, and that is what we wanted to tell it.
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(()),
            result => result,
        })
    }
}
// ANCHOR_END: io

impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_read(cx, buf)
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_shutdown(cx)
    }
}

/// The first address with which it works, or the last error.
fn first<T>(
    addr: impl ToSocketAddrs,
    open: impl Fn(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last = io::Error::new(ErrorKind::InvalidInput, "the name has no address");
    for addr in addr.to_socket_addrs()? {
        match open(addr) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}
