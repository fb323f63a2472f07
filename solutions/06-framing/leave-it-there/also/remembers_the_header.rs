//! Takes the header off and keeps its number: then the field is the place, and the buffer may move on.
//! `LengthDelimitedCodec` works like this.

use std::io::{self, ErrorKind};

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// Decodes bulk strings.
#[derive(Debug, Default)]
pub struct Bulks {
    announced: Option<usize>,
}

impl Decoder for Bulks {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Bytes>> {
        let len = match self.announced {
            Some(len) => len,
            None => {
                let Some(end) = source.windows(2).position(|pair| pair == b"\r\n") else {
                    return Ok(None);
                };
                let len = length(&source.split_to(end))?;
                source.advance(2);
                self.announced = Some(len);
                len
            }
        };
        if source.len() < len.saturating_add(2) {
            return Ok(None);
        }
        self.announced = None;
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
