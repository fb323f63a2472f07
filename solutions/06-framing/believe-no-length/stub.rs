//! # Believe no length
//!
//! A server parses requests, which are arrays of bulk strings. Its parser makes room for
//! whatever a header announces. Then somebody sends a dozen bytes, over a thousand
//! connections, and the machine has no memory left.
//!
//! At the end:
//!
//! - a request may have at most 1,048,576 elements, of at most 512 MiB (536,870,912 bytes)
//!   each; above that, `decode` returns an error as soon as it can see the number;
//! - up to the limits, `decode` allocates in proportion to what has arrived, and at most
//!   64 KiB beyond that, whatever the headers announce;
//! - a whole request is returned, and for one that is not whole yet, `decode` returns
//!   `Ok(None)` and leaves it in `source`.
//!
//! Change anything except the signature of `decode`.
//!
//! ```console
//! $ cargo course check believe-no-length
//! ```

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// Takes a request off `source`, if all of it has arrived.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    let Some((count, mut at)) = header(source, 0, b'*')? else { return Ok(None) };
    // TODO: who says that there are that many?
    let mut ranges = Vec::with_capacity(count);
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$')? else { return Ok(None) };
        let end = start + len;
        if source.len() < end + 2 {
            // TODO: and who says that it is that long?
            source.reserve(end + 2 - source.len());
            return Ok(None);
        }
        ranges.push(start..end);
        at = end + 2;
    }
    let whole = source.split_to(at).freeze();
    Ok(Some(ranges.into_iter().map(|range| whole.slice(range)).collect()))
}

/// The number in the header that begins at `at`, and where what follows begins.
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
