//! A client of bare bytes, for any address.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::PATIENCE;

/// A request, and the one right reply to it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// What is sent.
    pub request: &'a [u8],
    /// What has to come back.
    pub reply: &'a [u8],
}

/// What every server that speaks RESP can answer.
pub const PING: Exchange<'static> =
    Exchange { request: b"*1\r\n$4\r\nPING\r\n", reply: b"+PONG\r\n" };

/// A connection whose reads and writes give up after [`PATIENCE`].
pub fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap_or_else(|e| panic!("{addr}: {e}"));
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// The next client is answered, as always.
pub fn still_serves(addr: SocketAddr) {
    expect(&mut connect(addr), PING.request, PING.reply);
}

/// Sends a request, and reads exactly as many bytes as the reply has.
pub fn expect(stream: &mut TcpStream, request: &[u8], reply: &[u8]) {
    stream.write_all(request).unwrap();
    let mut got = vec![0; reply.len()];
    stream
        .read_exact(&mut got)
        .unwrap_or_else(|e| panic!("{}: {e}", request.escape_ascii()));
    assert_eq!(got.escape_ascii().to_string(), reply.escape_ascii().to_string());
}

/// Sends bytes, says that there are no more, and returns all that comes back.
pub fn converse(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(addr);
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = Vec::new();
    stream
        .read_to_end(&mut reply)
        .unwrap_or_else(|e| panic!("{}: {e}", bytes.escape_ascii()));
    reply
}

/// A request as clients send it: an array of bulk strings.
pub fn request<W: AsRef<[u8]>>(words: &[W]) -> Vec<u8> {
    let mut wire = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        wire.extend(format!("${}\r\n", word.as_ref().len()).into_bytes());
        wire.extend(word.as_ref());
        wire.extend(b"\r\n");
    }
    wire
}
