//! mistake: limit-at-the-edge
//! "Nothing may grow above the limit, so compare what has arrived." What is announced is not compared: the server waits,
//! and collects, until the limit is in memory.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// As in Redis.
const LONGEST: usize = 512 << 20;

/// Takes a request off `source`, if all of it is there.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    if source.len() > LONGEST {
        return Err(ErrorKind::InvalidData.into());
    }
    let Some((count, mut at)) = header(source, 0, b'*')? else { return Ok(None) };
    let mut ranges = Vec::new();
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$')? else { return Ok(None) };
        let end = start.saturating_add(len);
        if source.len() < end.saturating_add(2) {
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
