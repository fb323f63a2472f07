//! mistake: framing-in-the-value
//! "The frame is whole, here it is." What was sent is inside the frame, and the line end is not part of it.

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
        let next = end + 2 + length(&source[..end])? + 2;
        if source.len() < next {
            return Ok(None);
        }
        if !source[..next].ends_with(b"\r\n") {
            return Err(ErrorKind::InvalidData.into());
        }
        source.advance(end + 2);
        Ok(Some(source.split_to(next - end - 2).freeze()))
    }
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
