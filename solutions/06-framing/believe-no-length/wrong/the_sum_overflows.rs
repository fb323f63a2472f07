//! mistake: trusted-length
//! Checks the limit after the arithmetic: the end of the value is computed from a number that a stranger has chosen, and the
//! sum overflows before it can be compared.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// As in Redis.
const MOST_ELEMENTS: usize = 1 << 20;
const LONGEST: usize = 512 << 20;

/// Takes a request off `source`, if all of it is there.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    let Some((count, mut at)) = header(source, 0, b'*')? else { return Ok(None) };
    if count > MOST_ELEMENTS {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut ranges = Vec::new();
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$')? else { return Ok(None) };
        let next = start + len + 2;
        if next - start > LONGEST + 2 {
            return Err(ErrorKind::InvalidData.into());
        }
        if source.len() < next {
            return Ok(None);
        }
        ranges.push(start..next - 2);
        at = next;
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
