use std::fmt;

use bytes::{Bytes, BytesMut};

use crate::replies;

// ANCHOR: frame
/// One value of RESP2.
///
/// Text is bytes here: RESP names no encoding, and keys and values need not be text at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// `+OK`: a line.
    Simple(Bytes),
    /// `-ERR …`: a line that says what went wrong.
    Error(Bytes),
    /// `:-7`
    Integer(i64),
    /// `$5` and five bytes, whatever they are.
    Bulk(Bytes),
    /// `*2` and two frames.
    Array(Vec<Frame>),
    /// `$-1`: no value.
    Null,
    /// `*-1`: no array, which RESP tells from an empty one.
    NullArray,
}
// ANCHOR_END: frame

impl Frame {
    /// An array of bulk strings: what a request is.
    pub fn request<I>(words: I) -> Frame
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let bulk = |word: I::Item| Frame::Bulk(Bytes::copy_from_slice(word.as_ref()));
        Frame::Array(words.into_iter().map(bulk).collect())
    }

    /// Appends the frame as it goes over the wire.
    ///
    /// A line break within a simple string or an error would end it: it goes out as a space.
    pub fn encode(&self, out: &mut BytesMut) {
        match self {
            Frame::Simple(text) => replies::line(out, b'+', text),
            Frame::Error(text) => replies::line(out, b'-', text),
            Frame::Integer(number) => replies::number(out, b':', *number),
            Frame::Bulk(bytes) => replies::bulk(out, bytes),
            Frame::Array(frames) => {
                replies::number(out, b'*', frames.len() as i64);
                for frame in frames {
                    frame.encode(out);
                }
            }
            Frame::Null => out.extend_from_slice(b"$-1\r\n"),
            Frame::NullArray => out.extend_from_slice(b"*-1\r\n"),
        }
    }
}

/// As `redis-cli` shows it, arrays in one line.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Frame::Simple(text) => f.write_str(&String::from_utf8_lossy(text)),
            Frame::Error(text) => write!(f, "(error) {}", String::from_utf8_lossy(text)),
            Frame::Integer(number) => write!(f, "(integer) {number}"),
            Frame::Bulk(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Frame::Array(frames) => {
                f.write_str("[")?;
                for (i, frame) in frames.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{frame}")?;
                }
                f.write_str("]")
            }
            Frame::Null | Frame::NullArray => f.write_str("(nil)"),
        }
    }
}
