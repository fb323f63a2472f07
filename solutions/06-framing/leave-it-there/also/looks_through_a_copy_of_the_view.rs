//! A slice is a cursor of its own: it walks, and the buffer behind it stays.

use std::io::{self, ErrorKind};

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// Decodes bulk strings.
#[derive(Debug, Default)]
pub struct Bulks {}

impl Decoder for Bulks {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Bytes>> {
        let mut view = &source[..];
        let Some(end) = view.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(None);
        };
        let len = length(&view[..end])?;
        view.advance(end + 2);
        if view.remaining() < len.saturating_add(2) {
            return Ok(None);
        }
        let value = view.copy_to_bytes(len);
        if !view.starts_with(b"\r\n") {
            return Err(ErrorKind::InvalidData.into());
        }
        source.advance(end + 2 + len + 2);
        Ok(Some(value))
    }
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
