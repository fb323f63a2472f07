//! An HTTP/1.1 server by hand: it replies with the request that it has read.
//!
//! ```console
//! $ cargo run --example 05-http
//! $ cargo run --example 05-http -- serve 127.0.0.1:8080
//! ```
//!
//! It reads request lines and headers within limits and bodies with a `Content-Length`,
//! keeps connections alive, takes pipelined requests, answers HEAD, sends `100 Continue`
//! to a client that waits for it, and refuses what it cannot read with the status that fits.
//!
//! What it does not do: chunked bodies (501), HTTP/2, TLS, `CONNECT`, a `Date` header,
//! trailers, compression, and time limits. A client that sends a byte a minute keeps its
//! connection. For anything but learning, use hyper or axum.

use std::io::ErrorKind;
use std::time::Duration;
use std::{env, process::ExitCode};

use tokio::io::{
    self, AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufWriter,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Request line and headers together, in bytes. More is answered with 431 or 414.
const HEAD_LIMIT: usize = 8 * 1024;

/// A request's body, in bytes. More is answered with 413 before any of it is read.
const BODY_LIMIT: u64 = 64 * 1024;

/// Why there is no request to answer.
#[derive(Debug)]
enum Failure {
    /// The peer or the network: nobody is left to tell.
    Socket(io::Error),
    /// The request: the peer is told why, and then the connection ends, since nobody knows
    /// where the next request would begin.
    Refused(&'static str),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Socket(error)
    }
}

const BAD_REQUEST: Failure = Failure::Refused("400 Bad Request");
const EXPECTATION_FAILED: Failure = Failure::Refused("417 Expectation Failed");
const HEAD_TOO_LARGE: Failure = Failure::Refused("431 Request Header Fields Too Large");
const NOT_IMPLEMENTED: Failure = Failure::Refused("501 Not Implemented");
const TARGET_TOO_LONG: Failure = Failure::Refused("414 URI Too Long");
const TOO_LARGE: Failure = Failure::Refused("413 Content Too Large");
const VERSION: Failure = Failure::Refused("505 HTTP Version Not Supported");

/// What the server has to know about a request, and its bytes.
#[derive(Debug, Default)]
struct Head {
    /// Request line and headers as they came, with the empty line at the end.
    bytes: Vec<u8>,
    /// The method is HEAD: the reply has the headers of a body, and no body.
    is_head: bool,
    /// Another request may follow on this connection.
    keep_alive: bool,
    /// The client waits for `100 Continue` before it sends the body.
    expects_continue: bool,
    content_length: u64,
}

/// Reads the next request's head. `None` if the client has left instead.
///
/// Not cancel safe: a head that was read in part is lost.
async fn read_head(
    reader: &mut (impl AsyncBufRead + Unpin),
) -> Result<Option<Head>, Failure> {
    let mut bytes = Vec::new();
    // An empty line before a request is to be ignored (RFC 9112, 2.2).
    let mut line = read_line(reader, &mut bytes, TARGET_TOO_LONG).await?;
    if line.as_deref() == Some(b"") {
        bytes.clear();
        line = read_line(reader, &mut bytes, TARGET_TOO_LONG).await?;
    }
    let Some(line) = line else { return Ok(None) };
    let mut head = parse_request_line(&line)?;
    let mut headers = Headers::default();
    loop {
        let line = read_line(reader, &mut bytes, HEAD_TOO_LARGE).await?;
        match line.ok_or(io::Error::from(ErrorKind::UnexpectedEof))? {
            line if line.is_empty() => break,
            line => headers.parse(&line)?,
        }
    }
    headers.apply_to(&mut head)?;
    head.bytes = bytes;
    Ok(Some(head))
}

// ANCHOR: read_line
/// Reads one line, appends it to `head` as it is, and returns it without its end. `None` at
/// the end of the stream.
async fn read_line(
    reader: &mut (impl AsyncBufRead + Unpin),
    head: &mut Vec<u8>,
    too_long: Failure,
) -> Result<Option<Vec<u8>>, Failure> {
    let start = head.len();
    let room = (HEAD_LIMIT - start) as u64;
    // `take` is the limit: without it, a line that never ends would fill the memory.
    let n = (&mut *reader).take(room).read_until(b'\n', head).await?;
    match head[start..].strip_suffix(b"\n") {
        Some(line) => Ok(Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec())),
        None if n == 0 && room > 0 && start == 0 => Ok(None),
        None if n as u64 == room => Err(too_long),
        None => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
    }
}
// ANCHOR_END: read_line

/// `GET /path HTTP/1.1`
fn parse_request_line(line: &[u8]) -> Result<Head, Failure> {
    let parts: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = parts[..] else { return Err(BAD_REQUEST) };
    let is_visible = |byte: &u8| byte.is_ascii_graphic();
    if !is_token(method) || target.is_empty() || !target.iter().all(is_visible) {
        return Err(BAD_REQUEST);
    }
    let keep_alive = match version.strip_prefix(b"HTTP/") {
        Some(b"1.0") => false,
        // A later 1.x is to be read as the latest 1.x we know (RFC 9110, 2.5).
        Some([b'1', b'.', b'1'..=b'9']) => true,
        Some([b'0'..=b'9', b'.', b'0'..=b'9']) => return Err(VERSION),
        _ => return Err(BAD_REQUEST),
    };
    if method == b"CONNECT" {
        return Err(NOT_IMPLEMENTED);
    }
    Ok(Head { is_head: method == b"HEAD", keep_alive, ..Head::default() })
}

/// The headers that decide where a request ends and what follows it.
#[derive(Default)]
struct Headers {
    hosts: usize,
    content_length: Option<u64>,
    transfer_encoding: bool,
    close: bool,
    keep_alive: bool,
    expect: Option<Vec<u8>>,
}

impl Headers {
    /// `Name: value`
    fn parse(&mut self, line: &[u8]) -> Result<(), Failure> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(BAD_REQUEST)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // Names that begin or end with a space have been used to smuggle requests past
        // proxies: refuse them (RFC 9112, 5.1 and 5.2).
        let is_text = |byte: &u8| *byte == b'\t' || !byte.is_ascii_control();
        if !is_token(name) || !value.iter().all(is_text) {
            return Err(BAD_REQUEST);
        }
        match &name.to_ascii_lowercase()[..] {
            b"host" => self.hosts += 1,
            b"content-length" => {
                let length = parse_length(value)?;
                if self.content_length.is_some_and(|other| other != length) {
                    return Err(BAD_REQUEST);
                }
                self.content_length = Some(length);
            }
            b"transfer-encoding" => self.transfer_encoding = true,
            b"connection" => {
                for option in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            b"expect" => self.expect = Some(value.to_ascii_lowercase()),
            _ => {}
        }
        Ok(())
    }

    fn apply_to(self, head: &mut Head) -> Result<(), Failure> {
        let is_1_1 = head.keep_alive; // so far the version alone has decided
        if self.hosts > 1 || is_1_1 && self.hosts == 0 {
            return Err(BAD_REQUEST);
        }
        if self.transfer_encoding {
            return Err(match self.content_length {
                Some(_) => BAD_REQUEST, // two answers to where the body ends
                None => NOT_IMPLEMENTED,
            });
        }
        head.content_length = self.content_length.unwrap_or(0);
        if head.content_length > BODY_LIMIT {
            return Err(TOO_LARGE);
        }
        head.keep_alive = !self.close && (is_1_1 || self.keep_alive);
        head.expects_continue = match self.expect.as_deref() {
            None => false,
            Some(b"100-continue") => is_1_1 && head.content_length > 0,
            Some(_) => return Err(EXPECTATION_FAILED),
        };
        Ok(())
    }
}

/// The characters that names are made of (RFC 9110, 5.6.2).
fn is_token(bytes: &[u8]) -> bool {
    let is_tchar = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    !bytes.is_empty() && bytes.iter().all(is_tchar)
}

/// Digits and nothing else: `parse` alone would take a `+` too.
fn parse_length(value: &[u8]) -> Result<u64, Failure> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(BAD_REQUEST);
    }
    let digits = str::from_utf8(value).map_err(|_| BAD_REQUEST)?;
    // All digits and yet not a u64: a length beyond every limit.
    digits.parse().map_err(|_| TOO_LARGE)
}

/// Writes a whole reply and flushes it.
async fn reply(
    writer: &mut (impl AsyncWrite + Unpin),
    status: &str,
    body: &[u8],
    head_only: bool,
    keep_alive: bool,
) -> io::Result<()> {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let head = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/plain\r\n\
         Content-Length: {}\r\n\
         Connection: {connection}\r\n\
         \r\n",
        body.len()
    );
    writer.write_all(head.as_bytes()).await?;
    if !head_only {
        writer.write_all(body).await?;
    }
    writer.flush().await
}

/// Answers one request after another on one connection.
async fn process<S: AsyncRead + AsyncWrite>(stream: S) -> io::Result<()> {
    let (reader, writer) = io::split(stream);
    let mut reader = BufReader::new(reader);
    let mut writer = BufWriter::new(writer);
    match answer(&mut reader, &mut writer).await {
        Ok(()) => writer.shutdown().await,
        Err(Failure::Socket(error)) => Err(error),
        Err(Failure::Refused(status)) => {
            let body = format!("{status}\n");
            reply(&mut writer, status, body.as_bytes(), false, false).await?;
            linger(reader, writer).await
        }
    }
}

async fn answer(
    reader: &mut (impl AsyncBufRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
) -> Result<(), Failure> {
    while let Some(head) = read_head(reader).await? {
        if head.expects_continue {
            writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            writer.flush().await?;
        }
        let mut echo = head.bytes;
        let body_at = echo.len();
        echo.resize(body_at + head.content_length as usize, 0);
        reader.read_exact(&mut echo[body_at..]).await?;
        reply(writer, "200 OK", &echo, head.is_head, head.keep_alive).await?;
        if !head.keep_alive {
            break;
        }
    }
    Ok(())
}

// ANCHOR: linger
/// Ends our direction, and reads what is still on its way, within limits. If a socket is
/// closed with unread bytes in it, the peer gets a reset and may lose the reply.
async fn linger(
    reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    writer.shutdown().await?;
    let mut rest = reader.take(1 << 20);
    match timeout(Duration::from_secs(2), io::copy(&mut rest, &mut io::sink())).await {
        Ok(outcome) => outcome.map(drop),
        Err(_) => Ok(()), // it had its time
    }
}
// ANCHOR_END: linger

/// Gives every connection a task of its own. Never returns.
async fn serve(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                tokio::spawn(async move {
                    if let Err(error) = process(socket).await {
                        eprintln!("{peer}: {error}");
                    }
                });
            }
            Err(error) => {
                eprintln!("cannot accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Sends bytes, ends its direction, and prints all that comes back.
async fn demo() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener));
    let long =
        format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "x".repeat(9000));
    for (what, request) in [
        (
            "two requests in one write, the first with a body",
            "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nhello\n\
             HEAD /b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ),
        ("no Host, which HTTP/1.1 requires", "GET / HTTP/1.1\r\n\r\n"),
        (
            "a chunked body",
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        ("9000 bytes of cookie", &long),
    ] {
        println!("--- {what}");
        let mut client = TcpStream::connect(addr).await?;
        client.write_all(request.as_bytes()).await?;
        client.shutdown().await?;
        let mut replies = String::new();
        client.read_to_string(&mut replies).await?;
        print!("{}", replies.replace("\r\n", "\n"));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        [] => demo().await,
        ["serve"] => listen("127.0.0.1:8080").await,
        ["serve", addr] => listen(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 05-http [-- serve [ADDR]]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn listen(addr: &str) -> io::Result<()> {
    let listener = TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => io::Error::other(format!(
            "{addr} is taken: `-- serve 127.0.0.1:0` picks a free port"
        )),
        _ => io::Error::other(format!("cannot listen on {addr}: {error}")),
    })?;
    let addr = listener.local_addr()?;
    println!("listening on {addr}");
    println!("try: curl -v http://{addr}/some/path");
    serve(listener).await;
    Ok(())
}

#[cfg(test)]
mod tests;
