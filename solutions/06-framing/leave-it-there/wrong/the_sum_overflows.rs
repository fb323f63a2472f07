//! mistake: panicked
//! Looks first and takes last. The numbers are those of the values that are sent.

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
        let (start, next) = (end + 2, end + 2 + len + 2);
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
