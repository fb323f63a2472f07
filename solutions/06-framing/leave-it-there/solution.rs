//! Everything is computed on a buffer that stays as it is. The one line that takes bytes off it takes a whole
//! value, so a call that is made too early has changed nothing.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};
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
        let start = end + 2;
        // The number may be the largest that there is.
        let next = start.saturating_add(len).saturating_add(2);
        if source.len() < next {
            return Ok(None);
        }
        if source[start + len..next] != *b"\r\n" {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(Some(source.split_to(next).freeze().slice(start..start + len)))
    }
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
