use bytes::{Buf, BytesMut};

use crate::Frame;

/// Frames on their way out: each is encoded at once, behind those before it, and they leave together.
///
/// Speaks RESP2 until it is told otherwise. Of RESP3 it knows what a server needs whose requests are the
/// same in both: a null, a map, a set, a text and a push of their own.
#[derive(Debug, Default)]
pub struct Replies {
    pub(crate) out: BytesMut,
    resp3: bool,
}

impl Replies {
    /// `+OK`. A line break in the text goes out as a space.
    pub fn simple(&mut self, text: impl AsRef<[u8]>) {
        line(&mut self.out, b'+', text.as_ref());
    }

    /// `-ERR …`. A line break in the text goes out as a space.
    pub fn error(&mut self, text: impl AsRef<[u8]>) {
        line(&mut self.out, b'-', text.as_ref());
    }

    /// `:7`
    pub fn integer(&mut self, value: i64) {
        number(&mut self.out, b':', value);
    }

    /// `$5` and five bytes.
    pub fn bulk(&mut self, bytes: impl AsRef<[u8]>) {
        bulk(&mut self.out, bytes.as_ref());
    }

    /// Text to be shown as it is, for people: `$5` and five bytes, or RESP3's `=9` with `txt:` in front of them.
    pub fn text(&mut self, text: impl AsRef<[u8]>) {
        match self.resp3 {
            true => {
                number(&mut self.out, b'=', text.as_ref().len() as i64 + 4);
                self.out.extend_from_slice(b"txt:");
                self.out.extend_from_slice(text.as_ref());
                self.out.extend_from_slice(b"\r\n");
            }
            false => self.bulk(text),
        }
    }

    /// `*2`: the next two frames are its elements.
    pub fn array(&mut self, len: usize) {
        number(&mut self.out, b'*', len as i64);
    }

    /// `$-1`, or RESP3's `_`.
    pub fn null(&mut self) {
        self.out.extend_from_slice(if self.resp3 { b"_\r\n" } else { b"$-1\r\n" });
    }

    /// `%2`: the next two pairs of frames are keys and values. In RESP2 an array of twice as many.
    pub fn map(&mut self, len: usize) {
        match self.resp3 {
            true => number(&mut self.out, b'%', len as i64),
            false => self.array(2 * len),
        }
    }

    /// `~2`: the next two frames are its members. In RESP2 an array.
    pub fn set(&mut self, len: usize) {
        match self.resp3 {
            true => number(&mut self.out, b'~', len as i64),
            false => self.array(len),
        }
    }

    /// `>3`: the next three frames are what nobody asked for, such as a message. In RESP2 an array.
    pub fn push(&mut self, len: usize) {
        match self.resp3 {
            true => number(&mut self.out, b'>', len as i64),
            false => self.array(len),
        }
    }

    /// What is written from here on is RESP3, or RESP2 again.
    pub fn speak_resp3(&mut self, resp3: bool) {
        self.resp3 = resp3;
    }

    /// Whether it speaks RESP3.
    pub fn is_resp3(&self) -> bool {
        self.resp3
    }

    /// Any frame.
    pub fn frame(&mut self, frame: &Frame) {
        frame.encode(&mut self.out);
    }

    /// The bytes that have not left yet.
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// The first `n` bytes have left.
    pub(crate) fn advance(&mut self, n: usize) {
        self.out.advance(n);
    }
}

pub(crate) fn line(out: &mut BytesMut, kind: u8, text: &[u8]) {
    out.reserve(text.len() + 3);
    out.extend_from_slice(&[kind]);
    let start = out.len();
    out.extend_from_slice(text);
    for byte in &mut out[start..] {
        if matches!(byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\r\n");
}

pub(crate) fn bulk(out: &mut BytesMut, bytes: &[u8]) {
    out.reserve(bytes.len() + 24);
    number(out, b'$', bytes.len() as i64);
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

pub(crate) fn number(out: &mut BytesMut, kind: u8, value: i64) {
    // A sign and 19 digits, the type in front and the line's end.
    let mut text = [0; 23];
    text[21..].copy_from_slice(b"\r\n");
    let mut at = 21;
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        text[at] = b'-';
    }
    at -= 1;
    text[at] = kind;
    out.extend_from_slice(&text[at..]);
}
