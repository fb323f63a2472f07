use std::ops::Range;

use bytes::Bytes;

use crate::{Frame, ProtocolError, inline};

/// How much of a frame is too much. Every limit is checked before anything is allocated for it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one bulk string: 512 MiB, as in Redis.
    pub bulk: usize,
    /// Elements of a frame, those of arrays within arrays included: 1,048,576, as in Redis up to 6.2. At most
    /// `u32::MAX`.
    pub elements: usize,
    /// Bytes of a line: 64 KiB, as in Redis.
    pub line: usize,
    /// Arrays within arrays: 32.
    pub depth: usize,
    /// Bytes of a whole frame: 1 GiB. (Redis takes words off its buffer as they come, and has no such limit.) At most
    /// `u32::MAX`.
    pub frame: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bulk: 512 << 20,
            elements: 1 << 20,
            line: 64 << 10,
            depth: 32,
            frame: 1 << 30,
        }
    }
}

/// What may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// What a server reads: arrays of bulk strings, and inline commands.
    Requests,
    /// What a client reads: any frame.
    Replies,
}

// ANCHOR: parser
/// Finds the end of a frame in a buffer that grows, and goes on where it stopped.
///
/// It owns no bytes. It remembers how far it has understood the buffer, and what it found there as
/// a list of tokens that point into it. Only a frame that is whole becomes a [`Frame`] or a [`Request`],
/// so nothing is allocated on the word of a header alone.
#[derive(Debug)]
pub struct Parser {
    grammar: Grammar,
    limits: Limits,
    /// What has been understood so far.
    tokens: Vec<Token>,
    /// For each array we are in, how many elements are still to come.
    open: Vec<u32>,
    /// Everything before this has become a token.
    at: usize,
    /// The search for the end of a line goes on here.
    searched: usize,
    /// A header announced this many bytes, which are not all here.
    payload: Option<usize>,
    /// Elements announced so far, in all arrays of the frame.
    elements: usize,
    /// The words of an inline command, without their quotes.
    unquoted: Vec<u8>,
    /// The last call found a whole frame: the next begins anew.
    whole: bool,
    looked_at: u64,
}

#[derive(Clone, Copy, Debug)]
enum Token {
    Simple(Span),
    Error(Span),
    Integer(i64),
    Bulk(Span),
    Array(u32),
    Null,
    NullArray,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}
// ANCHOR_END: parser

impl Parser {
    /// A parser at the start of a stream.
    pub fn new(grammar: Grammar, limits: Limits) -> Parser {
        Parser {
            grammar,
            // Places and numbers of elements are kept as `u32`.
            limits: Limits {
                frame: limits.frame.min(u32::MAX as usize),
                elements: limits.elements.min(u32::MAX as usize),
                ..limits
            },
            tokens: Vec::new(),
            open: Vec::new(),
            at: 0,
            searched: 0,
            payload: None,
            elements: 0,
            unquoted: Vec::new(),
            whole: false,
            looked_at: 0,
        }
    }

    // ANCHOR: parse
    /// Goes on where the last call stopped. `Some(n)`: a whole frame stands in the buffer's first `n`
    /// bytes. `None`: the rest is still to come.
    ///
    /// The buffer must begin with the bytes of the last call, as long as that call returned `None`. After a
    /// `Some(n)` the caller takes `n` bytes off it. This method changes no byte, whatever it returns.
    ///
    /// # Errors
    ///
    /// If the bytes are not RESP or are above a limit. The parser is of no use afterwards: where
    /// the next frame begins, nobody can tell.
    pub fn parse(&mut self, buffer: &[u8]) -> Result<Option<usize>, ProtocolError> {
        if self.whole {
            self.begin();
        }
        loop {
            let token = match self.payload {
                Some(len) => self.payload(buffer, len)?,
                None => self.header(buffer)?,
            };
            let Some(token) = token else { return Ok(None) };
            if self.at > self.limits.frame {
                return Err(ProtocolError::Frame);
            }
            if self.push(token) {
                self.whole = true;
                return Ok(Some(self.at));
            }
        }
    }
    // ANCHOR_END: parse

    // ANCHOR: push
    /// Adds a token, and tells whether the frame is whole with it.
    fn push(&mut self, token: Token) -> bool {
        self.tokens.push(token);
        if let Token::Array(len @ 1..) = token {
            self.open.push(len);
            return false;
        }
        // The last element of an array is the end of an element of the array around it.
        while let Some(missing) = self.open.last_mut() {
            *missing -= 1;
            if *missing > 0 {
                return false;
            }
            self.open.pop();
        }
        true
    }
    // ANCHOR_END: push

    /// The bytes that a `$` announced, if all of them are here.
    fn payload(
        &mut self,
        buffer: &[u8],
        len: usize,
    ) -> Result<Option<Token>, ProtocolError> {
        let end = self.at + len;
        let Some(terminator) = buffer.get(end..end + 2) else { return Ok(None) };
        if terminator != b"\r\n" {
            return Err(ProtocolError::Terminator);
        }
        let token = Token::Bulk(span(self.at..end));
        self.payload = None;
        self.goto(end + 2);
        Ok(Some(token))
    }

    /// The line of a frame or of an element, if all of it is here.
    fn header(&mut self, buffer: &[u8]) -> Result<Option<Token>, ProtocolError> {
        let Some(&kind) = buffer.get(self.at) else { return Ok(None) };
        let requests = self.grammar == Grammar::Requests;
        if requests && self.open.is_empty() && kind != b'*' {
            return self.inline(buffer);
        }
        let Some(line) = self.line(buffer)? else { return Ok(None) };
        // What stands between the type and the line's end, and where the next line begins.
        let (text, next) = (line.start + 1..line.end, line.end + 2);
        let number = || integer(&buffer[text.clone()]);
        let token = match kind {
            b'*' if !requests || self.open.is_empty() => {
                let len = number().ok_or(ProtocolError::ArrayLength)?;
                match usize::try_from(len) {
                    Ok(len) if len > self.limits.elements - self.elements => {
                        return Err(ProtocolError::ArrayLength);
                    }
                    Ok(_) if self.open.len() == self.limits.depth => {
                        return Err(ProtocolError::Depth);
                    }
                    Ok(len) => {
                        self.elements += len;
                        Token::Array(len as u32)
                    }
                    // As in Redis, which passes over such a request.
                    Err(_) if requests => Token::Array(0),
                    Err(_) if len == -1 => Token::NullArray,
                    Err(_) => return Err(ProtocolError::ArrayLength),
                }
            }
            // ANCHOR: bulk
            b'$' => {
                let len = number().ok_or(ProtocolError::BulkLength)?;
                match usize::try_from(len) {
                    Ok(len) if len > self.limits.bulk => {
                        return Err(ProtocolError::BulkLength);
                    }
                    Ok(len) if len > self.limits.frame.saturating_sub(next) => {
                        return Err(ProtocolError::Frame);
                    }
                    Ok(len) => {
                        self.goto(next);
                        self.payload = Some(len);
                        return self.payload(buffer, len);
                    }
                    Err(_) if len == -1 && !requests => Token::Null,
                    Err(_) => return Err(ProtocolError::BulkLength),
                }
            }
            // ANCHOR_END: bulk
            other if requests => return Err(ProtocolError::ExpectedBulk(other)),
            b'+' => Token::Simple(span(text)),
            b'-' => Token::Error(span(text)),
            b':' => Token::Integer(number().ok_or(ProtocolError::Integer)?),
            other => return Err(ProtocolError::Type(other)),
        };
        self.goto(next);
        Ok(Some(token))
    }

    // ANCHOR: line
    /// Where the line at `self.at` stands, without its end. The search goes on where the last one stopped.
    fn line(&mut self, buffer: &[u8]) -> Result<Option<Range<usize>>, ProtocolError> {
        let (found, searched) = loop {
            let unseen = &buffer[self.searched..];
            let Some(cr) = unseen.iter().position(|byte| *byte == b'\r') else {
                break (None, buffer.len());
            };
            match unseen.get(cr + 1) {
                None => break (None, self.searched + cr),
                Some(b'\n') => break (Some(self.searched + cr), self.searched + cr + 2),
                Some(_) => {
                    self.looked_at += cr as u64 + 1;
                    self.searched += cr + 1;
                }
            }
        };
        self.looked_at += (searched - self.searched) as u64;
        self.searched = searched;
        match found {
            Some(end) if end - self.at <= self.limits.line => Ok(Some(self.at..end)),
            // One byte more than the limit may be here, if it can be the `\r` of a line that is not too long.
            None if buffer.len() - self.at <= self.limits.line + 1 => Ok(None),
            _ => Err(match buffer[self.at] {
                b'*' => ProtocolError::ArrayHeader,
                _ if self.grammar == Grammar::Requests => ProtocolError::BulkHeader,
                b'$' => ProtocolError::BulkHeader,
                _ => ProtocolError::Line,
            }),
        }
    }
    // ANCHOR_END: line

    /// A request without a `*` is a line of words, for people with a terminal.
    fn inline(&mut self, buffer: &[u8]) -> Result<Option<Token>, ProtocolError> {
        let unseen = &buffer[self.searched..];
        let found = unseen.iter().position(|byte| *byte == b'\n');
        let end = found.map_or(buffer.len(), |lf| self.searched + lf);
        self.looked_at += (end - self.searched) as u64;
        self.searched = end;
        if end - self.at > self.limits.line {
            return Err(ProtocolError::Inline);
        }
        if found.is_none() {
            return Ok(None);
        }
        let line = &buffer[self.at..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // The array comes first, and its length is known last.
        self.tokens.push(Token::Array(0));
        inline::split(line, &mut self.unquoted, |word| {
            self.tokens.push(Token::Bulk(span(word)));
        })
        .ok_or(ProtocolError::Quotes)?;
        self.goto(end + 1);
        let last = match self.tokens.len() - 1 {
            0 => None,
            words => {
                self.tokens[0] = Token::Array(words as u32);
                self.tokens.pop()
            }
        };
        Ok(last.or_else(|| self.tokens.pop()))
    }

    fn goto(&mut self, at: usize) {
        self.at = at;
        self.searched = at;
    }

    /// Forgets the frame before.
    fn begin(&mut self) {
        self.goto(0);
        self.whole = false;
        self.elements = 0;
        self.tokens.clear();
        self.unquoted.clear();
        // One big request must not cost its memory for as long as the connection lives.
        self.tokens.shrink_to(64);
        self.unquoted.shrink_to(1024);
    }

    /// The request that [`parse`](Parser::parse) found, without a copy of its words: they stand in the buffer.
    ///
    /// For the same buffer, and as long as nothing else has been parsed.
    pub fn request<'a>(&'a self, buffer: &'a [u8]) -> Request<'a> {
        debug_assert!(self.whole, "no frame has been found");
        let bytes = if self.is_inline() { &self.unquoted } else { buffer };
        Request { bytes, words: self.tokens.get(1..).unwrap_or_default() }
    }

    /// The frame that [`parse`](Parser::parse) found, as a value of its own.
    ///
    /// `bytes` are the `n` bytes that `parse` spoke of. Nothing of them is copied: each string of the frame is a slice
    /// of them, and keeps all of them alive. Copy what you mean to keep for long.
    pub fn frame(&self, bytes: &Bytes) -> Frame {
        debug_assert!(self.whole, "no frame has been found");
        let unquoted;
        let bytes = if self.is_inline() {
            unquoted = Bytes::copy_from_slice(&self.unquoted);
            &unquoted
        } else {
            bytes
        };
        build(&mut self.tokens.iter(), bytes)
    }

    /// The words of an inline command stand in `unquoted`, whatever else is there.
    fn is_inline(&self) -> bool {
        !self.unquoted.is_empty()
    }

    /// How many bytes this parser has looked at since it was made, to find where lines end.
    ///
    /// For proofs: it grows by the length of what arrives, however it arrives.
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }
}

// ANCHOR: build
/// Recursive, and safe to be: the parser has seen to the depth.
fn build(tokens: &mut std::slice::Iter<'_, Token>, bytes: &Bytes) -> Frame {
    let slice = |span: &Span| bytes.slice(span.start as usize..span.end as usize);
    match tokens.next().expect("the parser counted the elements") {
        Token::Simple(text) => Frame::Simple(slice(text)),
        Token::Error(text) => Frame::Error(slice(text)),
        Token::Integer(number) => Frame::Integer(*number),
        Token::Bulk(text) => Frame::Bulk(slice(text)),
        // Every element is here, so this reserves no more than the peer has sent.
        Token::Array(len) => {
            Frame::Array((0..*len).map(|_| build(tokens, bytes)).collect())
        }
        Token::Null => Frame::Null,
        Token::NullArray => Frame::NullArray,
    }
}
// ANCHOR_END: build

/// The words of a command, where they stand in the connection's buffer.
///
/// Without any for an empty request, which Redis passes over in silence.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    bytes: &'a [u8],
    words: &'a [Token],
}

impl<'a> Request<'a> {
    /// How many words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it is one of those that get no reply.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word at a place: the command's name at 0, then its arguments.
    pub fn get(&self, at: usize) -> Option<&'a [u8]> {
        match self.words.get(at)? {
            Token::Bulk(word) => self.bytes.get(word.start as usize..word.end as usize),
            // Of `Grammar::Replies`, which nobody should ask for requests.
            _ => None,
        }
    }

    /// The words from a place on.
    pub fn from(&self, at: usize) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let request = *self;
        (at..self.len()).map_while(move |at| request.get(at))
    }
}

fn span(range: Range<usize>) -> Span {
    // Both are below `limits.frame`, which fits.
    Span { start: range.start as u32, end: range.end as u32 }
}

/// A decimal number as Redis takes it: no plus sign, no space, no zero in front.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] => {}
        _ => return None,
    }
    let mut value: i64 = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Downwards, since the lowest number has no positive counterpart.
        value = value.checked_mul(10)?.checked_sub(digit.into())?;
    }
    if negative { Some(value) } else { value.checked_neg() }
}
