//! A client sends 10,000 requests before it reads a reply. The loop flushes, and then reads: what happens?
//!
//! ```console
//! $ cargo run --example 06-flush-then-read
//! ```

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::BytesMut;
use framing::{Db, Error, Frame, Grammar, Limits, Parser, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

// ANCHOR: connection
struct Connection {
    socket: DuplexStream,
    input: BytesMut,
    parser: Parser,
    /// What has been encoded and has not left yet.
    replies: BytesMut,
}

impl Connection {
    async fn read_frame(&mut self) -> Result<Option<Frame>, Error> {
        loop {
            if let Some(len) = self.parser.parse(&self.input)? {
                let bytes = self.input.split_to(len).freeze();
                return Ok(Some(self.parser.frame(&bytes)));
            }
            // No whole request is left, and the read may have to wait.
            self.flush().await?;
            if self.socket.read_buf(&mut self.input).await? == 0 {
                return match self.input.is_empty() {
                    true => Ok(None),
                    false => Err(Error::Io(ErrorKind::UnexpectedEof.into())),
                };
            }
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.socket.write_all_buf(&mut self.replies).await?;
        self.socket.flush().await
    }
}
// ANCHOR_END: connection

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for requests in [100, 10_000] {
        println!("{requests} requests before the first reply is read");
        let (client, server) = duplex(PIPE);
        tokio::spawn(flush_then_read(server));
        println!("  flush, then read:  {}", talk(client, requests).await);
        let (client, server) = duplex(PIPE);
        tokio::spawn(both(server));
        println!("  both at each poll: {}", talk(client, requests).await);
    }
}

/// How much a pipe holds in each direction.
const PIPE: usize = 4096;

const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";

async fn flush_then_read(socket: DuplexStream) -> Result<(), Error> {
    let mut connection = Connection {
        socket,
        input: BytesMut::new(),
        parser: Parser::new(Grammar::Requests, Limits::default()),
        replies: BytesMut::new(),
    };
    while connection.read_frame().await?.is_some() {
        Frame::Simple("PONG".into()).encode(&mut connection.replies);
    }
    Ok(())
}

/// With the library's `Connection`.
async fn both(socket: DuplexStream) -> Result<(), Error> {
    let mut connection = framing::Connection::server(socket);
    let mut session = Session::new(Db::new());
    while let Some((request, replies)) = connection.read_request().await? {
        let _ = session.answer(request, replies);
    }
    Ok(())
}

/// What becomes of a client that sends everything first.
async fn talk(mut client: DuplexStream, requests: usize) -> String {
    let sent = Cell::new(0);
    let all = async {
        while sent.get() < requests {
            client.write_all(PING).await?;
            sent.set(sent.get() + 1);
        }
        client.shutdown().await?;
        let mut replies = String::new();
        client.read_to_string(&mut replies).await?;
        io::Result::Ok(replies.lines().count())
    };
    // Of virtual time: whoever waits then waits forever.
    match timeout(Duration::from_secs(60), all).await {
        Ok(Ok(replies)) => format!("{} sent, {replies} replies read", sent.get()),
        Ok(Err(error)) => format!("{} sent, then {error}", sent.get()),
        Err(_) => format!("{} sent, and both sides wait to write", sent.get()),
    }
}
