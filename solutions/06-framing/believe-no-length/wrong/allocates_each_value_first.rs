//! mistake: trusted-length
//! As in C: allocate the value, then fill it. The zeros are cheap, until they are written to.

use std::io::{self, ErrorKind};

use bytes::{Bytes, BytesMut};

/// As in Redis.
const MOST_ELEMENTS: usize = 1 << 20;
const LONGEST: usize = 512 << 20;

/// Takes a request off `source`, if all of it is there.
pub fn decode(source: &mut BytesMut) -> io::Result<Option<Vec<Bytes>>> {
    let Some((count, mut at)) = header(source, 0, b'*', MOST_ELEMENTS)? else {
        return Ok(None);
    };
    let mut words = Vec::new();
    for _ in 0..count {
        let Some((len, start)) = header(source, at, b'$', LONGEST)? else {
            return Ok(None);
        };
        let mut word = vec![0; len];
        let Some(value) = source.get(start..start + len) else { return Ok(None) };
        word.copy_from_slice(value);
        words.push(Bytes::from(word));
        at = start + len + 2;
        if source.len() < at {
            return Ok(None);
        }
    }
    let _ = source.split_to(at);
    Ok(Some(words))
}

/// The number of the header that begins at `at`, and where the next thing begins.
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
