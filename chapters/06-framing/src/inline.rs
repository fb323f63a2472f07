//! Commands as people type them: `SET city "New York"`.

/// Splits a line into words as Redis does, quotes and escapes included.
///
/// Calls `word` with each one's range in `out`, where the words stand one behind the other with their
/// quotes taken off. `None` if a quote does not close, or something sticks to a closing one.
pub(crate) fn split(
    line: &[u8],
    out: &mut Vec<u8>,
    mut word: impl FnMut(std::ops::Range<usize>),
) -> Option<()> {
    let mut rest = line;
    loop {
        while let [first, tail @ ..] = rest
            && is_space(*first)
        {
            rest = tail;
        }
        if rest.is_empty() {
            return Some(());
        }
        let start = out.len();
        loop {
            match rest {
                [] | [b' ' | b'\n' | b'\r' | b'\t', ..] => break,
                [quote @ (b'"' | b'\''), tail @ ..] => {
                    rest = quoted(*quote, tail, out)?;
                    break;
                }
                [byte, tail @ ..] => {
                    out.push(*byte);
                    rest = tail;
                }
            }
        }
        word(start..out.len());
    }
}

/// Takes a string up to its closing quote, and returns what follows.
fn quoted<'a>(quote: u8, mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (byte, tail) = match rest {
            [] => return None,
            [byte, tail @ ..] if *byte == quote => {
                let ends = tail.first().is_none_or(|next| is_space(*next));
                return ends.then_some(tail);
            }
            [b'\\', b'\'', tail @ ..] if quote == b'\'' => (b'\'', tail),
            [b'\\', b'x', high, low, tail @ ..] if quote == b'"' => {
                match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => (high * 16 + low, tail),
                    _ => (b'x', &rest[2..]),
                }
            }
            [b'\\', escaped, tail @ ..] if quote == b'"' => {
                let byte = match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                };
                (byte, tail)
            }
            [byte, tail @ ..] => (*byte, tail),
        };
        out.push(byte);
        rest = tail;
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// C's `isspace`, which counts the vertical tab and the form feed.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
