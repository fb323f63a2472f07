//! The loop that turns reads into frames, around the smallest parser that goes on where it stopped.
//!
//! ```text
//! cargo run --example 06-read-frame              requests that arrive in pieces
//! cargo run --example 06-read-frame -- walk      what the parser knows after each step
//! cargo run --example 06-read-frame -- believe   a length that cannot be
//! ```
//!
//! It reads arrays of bulk strings and nothing else, has no limits, and believes every number.

use std::io::{self, ErrorKind};
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::yield_now;

// ANCHOR: connection
struct Connection {
    socket: DuplexStream,
    input: BytesMut,
    parser: Parser,
}
// ANCHOR_END: connection

impl Connection {
    fn new(socket: DuplexStream) -> Connection {
        Connection { socket, input: BytesMut::new(), parser: Parser::default() }
    }

    // ANCHOR: read_frame
    /// The words of the next request, or `None` if the client left between two requests.
    async fn read_frame(&mut self) -> io::Result<Option<Vec<Bytes>>> {
        loop {
            if let Some(len) = self.parser.parse(&self.input)? {
                let bytes = self.input.split_to(len).freeze();
                return Ok(Some(self.parser.take_words(bytes)));
            }
            if self.socket.read_buf(&mut self.input).await? == 0 {
                return match self.input.is_empty() {
                    true => Ok(None),
                    false => Err(ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }
    // ANCHOR_END: read_frame
}

// ANCHOR: parser
/// Finds the end of a request in a buffer that grows.
#[derive(Default)]
struct Parser {
    /// Everything before this has been understood.
    at: usize,
    /// How many words are still to come, once a `*` has said it.
    missing: Option<usize>,
    /// How long the next word is, once its `$` has said it.
    length: Option<usize>,
    /// Where the words stand that are here already.
    words: Vec<Range<usize>>,
}
// ANCHOR_END: parser

impl Parser {
    // ANCHOR: parse
    /// `Some(n)`: a whole request stands in the first `n` bytes. `None`: not yet.
    fn parse(&mut self, input: &[u8]) -> io::Result<Option<usize>> {
        while self.missing != Some(0) {
            if !self.step(input)? {
                return Ok(None);
            }
        }
        Ok(Some(self.at))
    }

    /// Understands one thing more, a line or a word, if all of it is here.
    fn step(&mut self, input: &[u8]) -> io::Result<bool> {
        match self.length {
            None => self.line(input),
            Some(len) => self.word(input, len),
        }
    }
    // ANCHOR_END: parse

    // ANCHOR: steps
    /// `*2\r\n` or `$3\r\n`
    fn line(&mut self, input: &[u8]) -> io::Result<bool> {
        let rest = &input[self.at..];
        let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(false);
        };
        match (&rest[..end], self.missing) {
            ([b'*', digits @ ..], None) => self.missing = Some(number(digits)?),
            ([b'$', digits @ ..], Some(_)) => self.length = Some(number(digits)?),
            _ => return Err(ErrorKind::InvalidData.into()),
        }
        self.at += end + 2;
        Ok(true)
    }

    /// `GET\r\n`
    fn word(&mut self, input: &[u8], len: usize) -> io::Result<bool> {
        let end = self.at + len;
        if input.len() < end + 2 {
            return Ok(false);
        }
        if input[end..end + 2] != *b"\r\n" {
            return Err(ErrorKind::InvalidData.into());
        }
        self.words.push(self.at..end);
        self.missing = self.missing.map(|missing| missing - 1);
        self.length = None;
        self.at = end + 2;
        Ok(true)
    }
    // ANCHOR_END: steps

    // ANCHOR: take
    /// The words as slices of the request's bytes. What comes next is a new request.
    fn take_words(&mut self, bytes: Bytes) -> Vec<Bytes> {
        let words = self.words.iter().map(|word| bytes.slice(word.clone())).collect();
        *self = Parser::default();
        words
    }
    // ANCHOR_END: take
}

fn number(digits: &[u8]) -> io::Result<usize> {
    let digits = std::str::from_utf8(digits).ok();
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}

const GE: &[u8] = b"*2\r\n$3\r\nGE";
const T: &[u8] = b"T\r\n$4\r\ncity\r\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("walk") => walk()?,
        Some("believe") => believe().await,
        _ => {
            read(&[GE, T]).await;
            read(&[GE, b"T\r\n$4\r\ncity\r\n*1\r\n$4\r\nPING\r\n"]).await;
            read(&[GE]).await;
        }
    }
    Ok(())
}

/// Prints what comes out of a stream in these pieces.
async fn read(pieces: &'static [&[u8]]) {
    let (mut client, socket) = duplex(1024);
    let mut connection = Connection::new(socket);
    tokio::spawn(async move {
        for piece in pieces {
            client.write_all(piece).await?;
            // What comes next comes after the server has read this.
            yield_now().await;
        }
        io::Result::Ok(())
    });
    let reads: Vec<String> =
        pieces.iter().map(|piece| piece.escape_ascii().to_string()).collect();
    println!("{}", reads.join("  then  "));
    let end = loop {
        match connection.read_frame().await {
            Ok(Some(words)) => println!("  {words:?}"),
            Ok(None) => break "the end".into(),
            Err(error) => break format!("an error: {error}"),
        }
    };
    println!("  {end}");
}

/// Prints what the parser knows after each step.
fn walk() -> io::Result<()> {
    let (mut input, mut parser) = (BytesMut::new(), Parser::default());
    println!("understood    at   missing   length");
    for piece in [GE, T] {
        input.extend_from_slice(piece);
        let mut from = parser.at;
        while parser.missing != Some(0) && parser.step(&input)? {
            let show = |number: Option<usize>| {
                number.map_or("-".to_string(), |number| number.to_string())
            };
            println!(
                "{:<12} {:>3} {:>9} {:>8}",
                input[from..parser.at].escape_ascii().to_string(),
                parser.at,
                show(parser.missing),
                show(parser.length)
            );
            from = parser.at;
        }
        let rest = &input[from..];
        match parser.parse(&input)? {
            Some(len) => println!("Some({len})"),
            None => println!("None, and {} stays where it is", rest.escape_ascii()),
        }
    }
    Ok(())
}

/// Prints what becomes of a task that is told how long a word is.
async fn believe() {
    // The panic is printed below, in one line.
    std::panic::set_hook(Box::new(|_| {}));
    for request in ["*1\r\n$5\r\nabc", "*1\r\n$18446744073709551615\r\nabc"] {
        println!("{}", request.escape_debug());
        let task = tokio::spawn(async move {
            Parser::default().parse(request.as_bytes()).map_err(|error| error.to_string())
        });
        match task.await {
            Ok(parsed) => println!("  {parsed:?}"),
            Err(error) => {
                let panic = error.into_panic();
                println!("  a panic: {}", panic.downcast_ref::<&str>().unwrap_or(&"?"));
            }
        }
    }
}
