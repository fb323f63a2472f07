//! How a check says what it saw: numbers with their nouns, times, bytes, and what came out of an answer.
//!
//! ```
//! use std::time::Duration;
//! use probe::words::{bytes, count, duration, or, times};
//!
//! assert_eq!(count(1, "message"), "1 message");
//! assert_eq!(count(15_000, "entry"), "15,000 entries");
//! assert_eq!(format!("it was polled {}", times(2)), "it was polled twice");
//! assert_eq!(duration(Duration::from_millis(55)), "55 ms");
//! assert_eq!(or(None::<u32>, "nothing"), "nothing");
//! assert_eq!(bytes(b"$5\r\nP\xff"), r"$5\r\nP\xff");
//! ```

use std::fmt::Display;
use std::time::Duration;

/// How many bytes of an answer's words a verdict shows.
pub const SHOWN: usize = 2 << 10;

/// `1 message`, `3 messages`, `15,000 entries`: a number and its regular noun, given in the singular.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    let (stem, ending) = match noun.as_bytes() {
        [.., b'a' | b'e' | b'i' | b'o' | b'u', b'y'] => (noun, "s"),
        [stem @ .., b'y'] => (&noun[..stem.len()], "ies"),
        [.., b's' | b'x' | b'z'] | [.., b'c' | b's', b'h'] => (noun, "es"),
        _ => (noun, "s"),
    };
    format!("{} {stem}{ending}", number(n))
}

/// `never`, `once`, `twice`, `3 times`.
pub fn times(n: usize) -> String {
    match n {
        0 => "never".into(),
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{} times", number(n)),
    }
}

/// `250 µs`, `55 ms`, `1.5 s`, `5 min`: to the precision that is there.
pub fn duration(time: Duration) -> String {
    let nanos = time.as_nanos();
    let (unit, name) = match nanos {
        0 => return "0 ms".into(),
        1..1_000 => (1, "ns"),
        1_000..1_000_000 => (1_000, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ if nanos >= 120_000_000_000 && nanos.is_multiple_of(60_000_000_000) => {
            (60_000_000_000, "min")
        }
        _ => (1_000_000_000, "s"),
    };
    // Three digits behind the point are as many as a person reads.
    let thousandths = (nanos % unit) * 1000 / unit;
    let fraction = format!("{thousandths:03}");
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction} {name}", nanos / unit)
}

/// What is there, or the words for nothing: never `Some(55ms)`.
pub fn or<T: Display>(value: Option<T>, nothing: &str) -> String {
    value.map_or_else(|| nothing.into(), |value| value.to_string())
}

/// Bytes as they stand in a byte string, so that wrong ones are seen as they came.
pub fn bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if text.len() >= SHOWN {
            return text + &cut_note(bytes.len() - index);
        }
        text.extend(byte.escape_ascii().map(char::from));
    }
    text
}

/// The first 2 KiB of a text, and how much more there was.
pub fn cut(text: &str) -> String {
    if text.len() <= SHOWN {
        return text.into();
    }
    let end = (0..=SHOWN).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned() + &cut_note(text.len() - end)
}

/// A text that does nothing to a terminal: control characters, and those that change the
/// direction of writing, are escaped. Newlines and tabs stay.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// What follows a text that was cut.
pub(crate) fn cut_note(bytes: usize) -> String {
    format!("… ({} more)", count(bytes, "byte"))
}

fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
