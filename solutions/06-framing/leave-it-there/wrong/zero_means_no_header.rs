//! mistake: empty-is-nothing
//! Remembers the length, and 0 stands for "no header yet". A value of length 0 has a header, too, and its
//! `\r\n` is then taken for the next one.

use std::io::{self, ErrorKind};

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// Decodes bulk strings.
#[derive(Debug, Default)]
pub struct Bulks {
    len: usize,
}

impl Decoder for Bulks {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Bytes>> {
        if self.len == 0 {
            let Some(end) = source.windows(2).position(|pair| pair == b"\r\n") else {
                return Ok(None);
            };
            self.len = length(&source[..end])?;
            source.advance(end + 2);
        }
        let len = self.len;
        if source.len() < len + 2 {
            return Ok(None);
        }
        self.len = 0;
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
