//! mistake: cursor-left-advanced
//! `Buf`'s getters are made for parsers, and each of them moves on. By the time the header turns out
//! to be half a header, its first half is gone.

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
        let mut header = Vec::new();
        while source.has_remaining() {
            match source.get_u8() {
                b'\r' if source.first() == Some(&b'\n') => {
                    let len = length(&header)?;
                    if source.len() < 1 + len + 2 {
                        return Ok(None);
                    }
                    source.advance(1);
                    let value = source.split_to(len).freeze();
                    if source.split_to(2) != "\r\n" {
                        return Err(ErrorKind::InvalidData.into());
                    }
                    return Ok(Some(value));
                }
                byte => header.push(byte),
            }
        }
        Ok(None)
    }
}

/// The number in a header, `$5`.
fn length(header: &[u8]) -> io::Result<usize> {
    let digits =
        header.strip_prefix(b"$").and_then(|text| std::str::from_utf8(text).ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData.into())
}
