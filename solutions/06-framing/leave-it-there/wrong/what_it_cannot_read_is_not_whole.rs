//! mistake: broken-not-refused
//! An `Option` for everything, because `?` reads so well on it. It has one word for "not yet" and "never", so the connection
//! waits for bytes that no byte can mend.

use std::io::{self, ErrorKind};
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// Decodes bulk strings.
#[derive(Debug, Default)]
pub struct Bulks {}

impl Decoder for Bulks {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Bytes>> {
        Ok(value(source)
            .map(|value| source.split_to(value.end + 2).freeze().slice(value)))
    }
}

/// Where the value is.
fn value(source: &[u8]) -> Option<Range<usize>> {
    let end = source.windows(2).position(|pair| pair == b"\r\n")?;
    let start = end + 2;
    let end = start + length(&source[..end]).ok()?;
    (source.get(end..end + 2)? == b"\r\n").then_some(start..end)
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
