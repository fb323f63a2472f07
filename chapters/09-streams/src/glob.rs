//! Redis's patterns: `news.*`, `h?llo`, `[a-c^]`, `[^a]`, `\*`.

/// Whether all of `text` matches `pattern`, as Redis 7.0 sees it, with its oddities.
///
/// | in a pattern | matches |
/// |---|---|
/// | `?` | any byte |
/// | `*` | any bytes, also none |
/// | `[abc]`, `[a-c]` | one of these bytes; `[c-a]` is the same range |
/// | `[^abc]` | any byte but these |
/// | `\x` | `x`, whatever it means elsewhere, also within `[…]` |
///
/// The oddities: a `[` that is never closed ends with the pattern, a range may end in `]` or `\`, and an
/// empty text matches only an empty pattern, not even `*`. (C leaves it to the machine how a range
/// compares bytes above 127. Here they are numbers from 128 to 255.)
///
/// Takes at most `pattern.len() * text.len()` steps: of several `*`, only the last needs another try.
pub fn matches(mut pattern: &[u8], mut text: &[u8]) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    // Behind the last `*`, and where the text was when we came there.
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        let Some((&byte, tail)) = text.split_first() else {
            return pattern.iter().all(|byte| *byte == b'*');
        };
        if let [b'*', rest @ ..] = pattern {
            star = Some((rest, text));
            pattern = rest;
        } else if let Some(rest) = one(pattern, byte) {
            (pattern, text) = (rest, tail);
        } else {
            // The last `*` takes one byte more, and all that follows it begins anew.
            let Some((rest, from)) = star else { return false };
            star = Some((rest, &from[1..]));
            (pattern, text) = (rest, &from[1..]);
        }
    }
}

/// What follows in the pattern, if its beginning matches this byte. Not for a `*`.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (matched, rest) = match pattern {
        [] => return None,
        [b'?', rest @ ..] => (true, rest),
        [b'[', b'^', class @ ..] => {
            let (found, rest) = in_class(class, byte);
            (!found, rest)
        }
        [b'[', class @ ..] => in_class(class, byte),
        [b'\\', escaped, rest @ ..] => (*escaped == byte, rest),
        [literal, rest @ ..] => (*literal == byte, rest),
    };
    matched.then_some(rest)
}

/// Whether a byte is in a class, and what follows its `]`.
fn in_class(mut class: &[u8], byte: u8) -> (bool, &[u8]) {
    let mut found = false;
    loop {
        class = match class {
            [] => return (found, class),
            [b'\\', escaped, rest @ ..] => {
                found |= *escaped == byte;
                rest
            }
            [b']', rest @ ..] => return (found, rest),
            [start, b'-', end, rest @ ..] => {
                found |= (*start.min(end)..=*start.max(end)).contains(&byte);
                rest
            }
            [literal, rest @ ..] => {
                found |= *literal == byte;
                rest
            }
        };
    }
}
