//! Believe no length
//!
//! A parser for requests, arrays of bulk strings. It makes room for what a header announces,
//! as one does. Then somebody sends a dozen bytes, a thousand times over, and the machine
//! has no memory left.
//!
//! At the end:
//!
//! - at most 1,048,576 elements, and at most 512 MiB (536,870,912 bytes) each: above
//!   that, `decode` returns an error as soon as it can see the number;
//! - within the limits `decode` allocates in proportion to what has arrived, whatever the
//!   headers announce;
//! - a request that is whole comes out, and one that is not is `None` and stays in `source`.
//!
//! Change whatever you like but the signature of `decode`.
//!
//! Check with `cargo course check believe-no-length`.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// Takes a request off `source`, if all of it is there.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    let Some((count, mut at)) = header(source, 0, b'*')? else { return Ok(None) };
    // TODO: who says that there are so many?
    let mut ranges = Vec::with_capacity(count);
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$')? else { return Ok(None) };
        let end = start + len;
        if source.len() < end + 2 {
            // TODO: and that it is so long?
            source.reserve(end + 2 - source.len());
            return Ok(None);
        }
        ranges.push(start..end);
        at = end + 2;
    }
    let whole = source.split_to(at).freeze();
    Ok(Some(ranges.into_iter().map(|range| whole.slice(range)).collect()))
}

/// The number of the header that begins at `at`, and where the next thing begins.
fn header(source: &[u8], at: usize, kind: u8) -> io::Result<Option<(usize, usize)>> {
    let line = source.get(at..).unwrap_or_default();
    let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else {
        return Ok(None);
    };
    let digits =
        line[..end].strip_prefix(&[kind]).and_then(|text| std::str::from_utf8(text).ok());
    let number =
        digits.and_then(|digits| digits.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok(Some((number, at + end + 2)))
}
