//! mistake: half-a-frame-fails
//! "When all bytes of the value are there, it is whole." Its line end may still be on the way, and `split_to` panics.

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
        let Some(end) = source.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(None);
        };
        let len = length(&source[..end])?;
        if source.len() < end + 2 + len {
            return Ok(None);
        }
        source.advance(end + 2);
        let value = source.split_to(len).freeze();
        if source.split_to(2) != "\r\n" {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(Some(value))
    }
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
