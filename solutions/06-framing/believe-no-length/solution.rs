//! The limit is checked where the number is read, so no number above it gets any further. Below it the number decides
//! how often the loop runs, and never how much memory is taken: the vector grows with the elements that are there.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// As in Redis.
const MOST_ELEMENTS: usize = 1 << 20;
const LONGEST: usize = 512 << 20;

/// Takes a request off `source`, if all of it has arrived.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    let Some((count, mut at)) = header(source, 0, b'*', MOST_ELEMENTS)? else {
        return Ok(None);
    };
    let mut ranges = Vec::new();
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$', LONGEST)? else {
            return Ok(None);
        };
        let end = start + len;
        if source.len() < end + 2 {
            return Ok(None);
        }
        ranges.push(start..end);
        at = end + 2;
    }
    let whole = source.split_to(at).freeze();
    Ok(Some(ranges.into_iter().map(|range| whole.slice(range)).collect()))
}

/// The number of the header that begins at `at`, and where what follows begins.
fn header(
    source: &[u8],
    at: usize,
    kind: u8,
    limit: usize,
) -> io::Result<Option<(usize, usize)>> {
    let line = source.get(at..).unwrap_or_default();
    let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else {
        return Ok(None);
    };
    let digits =
        line[..end].strip_prefix(&[kind]).and_then(|text| std::str::from_utf8(text).ok());
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(number) if number <= limit => Ok(Some((number, at + end + 2))),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
