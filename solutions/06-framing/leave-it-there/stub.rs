//! # Leave it there
//!
//! This decoder makes values out of bulk strings, `$5\r\nParis\r\n`. `Framed` calls it after
//! every read, with what has arrived and has not been taken. It passes every test that sends
//! whole values.
//!
//! At the end:
//!
//! - the values come out as they went in, wherever the stream is cut, and whatever bytes
//!   they are made of;
//! - if a value is whole, `decode` returns it, without waiting for what comes after it;
//! - if it is not whole yet, `decode` returns `Ok(None)`, and can be called again;
//! - a header that is not `$` and a number is an error, and so are bytes other than `\r\n`
//!   after a value; but no number makes it panic.
//!
//! Change anything except the name of `Bulks`, its `Default`, and the types of its `Decoder`.
//!
//! ```console
//! $ cargo course check leave-it-there
//! ```

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
        let header = source.split_to(end);
        source.advance(2);
        let len = length(&header)?;
        // TODO: if this call ends here, where does the next one begin?
        if source.len() < len + 2 {
            return Ok(None);
        }
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
